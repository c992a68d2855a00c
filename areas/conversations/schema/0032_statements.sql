-- What somebody said by word of mouth, as we understood it (ISO 9001, 8.2.3.1), wherever it is kept: at a call, a
-- meeting, an order or a change. One table in place of two, `spoken` of calls and `verbal` of orders; those keep what
-- they hold until the next release drops them, and nothing reads or writes them any more.
create table statement (
    id key, record_id bigint not null references record,
    words text not null,
    said_by text not null, person bigint,   -- a name, and who of theirs that is where it is known
    said_on text,                           -- the day, where it was not the one on which it was noted
    state text not null check (state in ('said', 'asked', 'confirmed', 'otherwise', 'denied')),
    frame_contract text not null,           -- the clause by which silence is consent; empty where it is none
    due text,                               -- until when they are asked to answer
    message bigint, letter bigint,          -- by which they were asked
    task bigint,                            -- of whoever looks whether they answered
    instead_of bigint,                      -- the statement that this one says anew
    heeded text not null, heeded_at bigint, heeded_by bigint,   -- what was done about an objection
    moved_from bigint,                      -- its key in the table before; none for what came since
    at bigint not null, by bigint not null,
    audience text not null check (audience in ('internal', 'party'))
);
create index statement_by_record on statement (record_id);
create index statement_by_due on statement (state, due);
below record statement;

-- What they answered, and how it came: each answer stays, the last one counts.
create table statement_answer (
    id key, record_id bigint not null references record, statement bigint not null references statement,
    answer text not null check (answer in ('confirmed', 'otherwise', 'denied')),
    words text not null, name text not null,
    source text not null,                   -- link, account or hand; moved: its words never stood on the trail
    at bigint not null, by bigint not null,
    audience text not null check (audience in ('internal', 'party'))
);
create index statement_answer_by_record on statement_answer (record_id, statement);
append only statement_answer;
below record statement_answer;

-- Of calls and meetings. What was answered there was read and judged by whoever noted it.
insert into statement (record_id, words, said_by, person, said_on, state, frame_contract, due, message, letter, task,
    instead_of, heeded, heeded_at, heeded_by, moved_from, at, by, audience)
select it.record_id, it.words, coalesce(phone_call.name, ''), phone_call.person, cast(null as text), it.state, '',
    it.due, it.message, cast(null as bigint), it.task, cast(null as bigint), '',
    case when it.state in ('otherwise', 'denied') then it.settled_at end,
    case when it.state in ('otherwise', 'denied') then it.settled_by end,
    it.id, it.said_at, record.owner, 'internal'
from spoken as it join record on record.id = it.record_id
left join phone_call on phone_call.id = it.record_id order by it.id;

insert into statement_answer (record_id, statement, answer, words, name, source, at, by, audience)
select statement.record_id, statement.id, it.state, it.answer, statement.said_by, 'moved',
    coalesce(it.settled_at, it.said_at), coalesce(it.settled_by, 0), 'internal'
from spoken as it join statement on statement.record_id = it.record_id and statement.moved_from = it.id
where it.state in ('confirmed', 'otherwise', 'denied') order by it.id;

-- Of orders. What was corrected and written anew afterwards is over.
insert into statement (record_id, words, said_by, person, said_on, state, frame_contract, due, message, letter, task,
    instead_of, heeded, heeded_at, heeded_by, moved_from, at, by, audience)
select it.record_id, it.words, it.said_by, cast(null as bigint), it.said_on,
    case (select answer from verbal_answer as a where a.verbal = it.id order by a.id desc limit 1)
        when 'confirmed' then 'confirmed' when 'corrected' then 'otherwise' else 'asked' end,
    it.frame_contract, it.answer_by, cast(null as bigint), it.letter, cast(null as bigint), cast(null as bigint), '',
    case (select answer from verbal_answer as a where a.verbal = it.id order by a.id desc limit 1)
        when 'corrected' then (select next.at from verbal as next
            where next.record_id = it.record_id and next.id > it.id order by next.id limit 1) end,
    case (select answer from verbal_answer as a where a.verbal = it.id order by a.id desc limit 1)
        when 'corrected' then (select next.by from verbal as next
            where next.record_id = it.record_id and next.id > it.id order by next.id limit 1) end,
    it.id, it.at, it.by, it.audience
from verbal as it order by it.id;

insert into statement_answer (record_id, statement, answer, words, name, source, at, by, audience)
select statement.record_id, statement.id, case it.answer when 'corrected' then 'otherwise' else 'confirmed' end,
    it.words, '', '', it.at, it.by, it.audience
from verbal_answer as it join statement on statement.record_id = it.record_id and statement.moved_from = it.verbal
order by it.id;
