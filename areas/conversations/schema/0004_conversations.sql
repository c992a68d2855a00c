-- Everything said with a customer about one matter, and each message of it.

create table conversation (
    id bigint primary key references record,
    subject text not null,
    channel text not null check (channel in ('mail', 'telephone', 'meeting', 'portal')),
    last_at bigint not null,           -- of the last thing said
    last_from text not null,           -- who said it
    waits_for text not null check (waits_for in ('us', 'them', 'nobody')),
    mailbox text not null              -- the address of ours that it came to
);
create index conversation_by_last on conversation (last_at);

-- What was said stands in the kernel's source, the raw mail and its parts in attachments.
create table message (
    id key, record_id bigint not null references record,
    message_id text not null,          -- of the mail, or sha256: and its digest
    content_digest text not null, base_subject text not null,
    direction text not null check (direction in ('in', 'out', 'note')),
    kind text not null, sent_at bigint not null, received_at bigint not null,
    from_name text not null, from_address text not null, from_person bigint,
    recipients text not null,          -- json: name, address, whether a copy
    subject text not null,
    placed text not null,              -- json: why it is in this conversation
    proposals text not null,           -- json: where else it may belong
    raw bigint references attachment, raw_digest text not null,
    html text,                         -- sanitised
    remote_removed bigint not null,    -- how much of it wanted to be fetched from elsewhere
    quoted text not null,              -- json: places in the text, in characters
    parts text not null, calendar text not null, warnings text not null, report text not null,  -- json
    audience text not null check (audience in ('internal', 'party'))
);
create index message_by_record on message (record_id, sent_at);
create index message_by_identity on message (message_id);
create index message_by_subject on message (base_subject);
below record message;
