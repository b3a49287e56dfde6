-- What comes back: texts, and mail that was answered, bounced or held.

-- A pair of numbers, ours and theirs, and the conversation they last spoke in within a business.
create table text_thread (
    business_id       bigint not null,
    ours              text collate "C" not null,       -- our number in E.164, or the Messaging Service (MG…)
    theirs            text collate "C" not null,       -- E.164
    conversation_uid  text collate "C" not null,
    at                timestamptz not null default now(),
    primary key (business_id, ours, theirs)
);
create index text_thread_of_pair on text_thread (theirs, ours, at);  -- asked before anybody knows which business

-- Each mail and text that came in, once, and what became of it. The text of one that was held is kept, to be released.
create table inbound (
    business_id       bigint not null,                 -- 0: nobody can tell whose it is
    uid               text collate "C" not null,
    channel           text not null check (channel in ('email', 'sms')),
    dedupe            bytea not null,                  -- SHA-256 of its Message-ID, the provider's id, or the whole
    sender            text not null,
    recipient         text not null,
    fate              text not null,                   -- message lead relayed bounce automatic held stop start help
    reason            text,
    subject           text,
    text              text,                            -- of what is held, until it is released
    files             text[] not null default '{}',    -- names of what was attached; the files are not stored
    conversation_uid  text collate "C",
    message_uid       text collate "C",
    delivery_uid      text collate "C",
    at                timestamptz not null default now(),
    settled_at        timestamptz,                     -- when a held one was released or dismissed
    primary key (business_id, uid),
    unique (business_id, channel, dedupe)
);
create index inbound_held on inbound (business_id, uid) where fate = 'held' and settled_at is null;

-- Records by number: what a person told us by text holds for the number.
create index consent_of_number on consent (business_id, address) where channel = 'sms';
