-- Names under digests, and links in letters that let one person do one thing at one record.

-- What was signed never changes and is never taken away; that it no longer counts is told by further rows.
create table signature (
    id key, record_id bigint not null references record,
    audience text not null check (audience in ('internal', 'party')),
    person bigint not null,
    acts_for bigint, -- the absent person for whom somebody stood in
    name text not null, role text not null, function bigint,
    meaning text not null,             -- a code: reviewed, approved, confirmed
    statement text not null,           -- the sentence that was signed
    what text not null,                -- what it is under: RS-2026-0017 revision 2
    seen text not null,                -- canonical json (RFC 8785) of exactly what was seen
    digest text not null,              -- SHA-256 of that
    language text not null, means text not null, at bigint not null,
    zone text not null,                -- IANA
    reason text not null,
    line text not null                 -- SHA-256 of all of this line, as the trail names it
);
create index signature_by_record on signature (record_id);
create index signature_by_digest on signature (digest);
append only signature;
below record signature;

create table signature_end (
    id key, record_id bigint not null references record,
    audience text not null check (audience in ('internal', 'party')),
    signature bigint not null unique references signature, at bigint not null, by bigint not null, reason text not null
);
append only signature_end;
below record signature_end;

-- A pass: a link in a letter. Its secret is kept as SHA-256 only. No audience: outsiders read none.
create table pass (
    id key, record_id bigint not null references record, person bigint not null,
    purpose text not null,             -- a code of the area: answer, confirm
    secret text not null unique,
    made_by bigint not null, made_at bigint not null, expires_at bigint not null,
    opened_at bigint, used_at bigint, withdrawn_at bigint
);
create index pass_by_record on pass (record_id);
below record pass;

-- The code that goes to the verified address of whoever has the link, and the key of the browser where it was typed.
create table pass_code (
    id key, record_id bigint not null references record, pass bigint not null references pass,
    code text not null, made_at bigint not null, expires_at bigint not null,
    wrong bigint not null, used_at bigint, opens text unique, opens_until bigint
);
create index pass_code_by_pass on pass_code (pass);
below record pass_code;

-- What only the addressee of a letter reads, sealed: it stands in the words as ⟦…⟧ until the letter is carried.
alter table letter add column sealed text;
