-- What we tell people by letter, and what the product does later or again and again by itself.

create table letter (
    id key, record_id bigint not null references record,
    audience text not null check (audience in ('internal', 'party')),
    purpose text not null,             -- a code: reply, notice
    once text unique,                  -- what is told under the same words is told once
    message_id text not null unique,   -- without the angle brackets (RFC 5322, 3.6.4)
    answers text, refers text not null,  -- the mail that it answers; json: those before it
    recipients text not null,          -- json: name, address, whether a copy
    subject text not null, words text not null, html text, language text not null,
    reason text not null,              -- why it is sent to them, a line under it
    reply_to text, is_automatic boolean not null,
    enclosed text not null,            -- json: attachment, name, media type, digest, size
    written_at bigint not null, written_by bigint not null,
    state text not null check (state in
        ('queued', 'held', 'sending', 'sent', 'uncertain', 'given_up', 'returned')),
    queued_at bigint not null,         -- since when it is tried
    due_at bigint not null,            -- when it is tried next
    attempts bigint not null,
    lease_until bigint,                -- until when a node has it in hand
    settled_at bigint
);
create index letter_by_record on letter (record_id);
create index letter_by_state on letter (state, due_at);
below record letter;

-- Each attempt is written down before it is made.
create table delivery (
    id key, record_id bigint not null references record, letter bigint not null references letter,
    no bigint not null, at bigint not null, ended_at bigint, outcome text not null, words text not null,
    unique (letter, no)
);
below record delivery;

create table job (
    id key, name text not null, argument text not null, once text unique, every bigint,
    state text not null check (state in ('waiting', 'running', 'done', 'failed')),
    due_at bigint not null, attempts bigint not null, lease_until bigint,
    asked_at bigint not null, asked_by bigint not null, ended_at bigint,
    fault text not null                -- why the last attempt failed; nothing where it did not
);
create index job_by_state on job (state, due_at);
