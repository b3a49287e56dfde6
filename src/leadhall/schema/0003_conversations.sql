-- A lead is one accepted submission, one-to-one with its conversation, whose uid is its public id.

create table conversation (
    business_id           bigint not null,
    uid                   text collate "C" not null,
    client_uid            text collate "C" not null,
    title                 text not null,
    source                text,                        -- of this lead; the client keeps its first
    source_url            text,
    assigned_staff_uid    text collate "C",
    business_unread       int not null default 0,
    client_unread         int not null default 0,
    is_test               boolean not null default false,
    last_client_action    text,
    last_business_action  text,
    first_answered_at     timestamptz,
    archived_at           timestamptz,
    spam_at               timestamptz,
    deleted_at            timestamptz,
    created_at            timestamptz not null default now(),
    updated_at            timestamptz not null default now(),
    primary key (business_id, uid)
);
create index conversation_of_client on conversation (business_id, client_uid, uid);

create table lead (
    business_id       bigint not null,
    conversation_uid  text collate "C" not null,
    client_uid        text collate "C" not null,
    message_uid       text collate "C" not null,
    request_uid       text collate "C" not null,
    token_uid         text collate "C",
    operation         text not null,
    verdict           text not null,                   -- accepted | accepted_with_warnings | held
    contact           jsonb not null,                  -- names, email, phone, address exactly as this request gave them
    facts             jsonb not null,                  -- what was decided and why, without prose (intake/facts.py)
    at                timestamptz not null default now(),
    primary key (business_id, conversation_uid)
);

create table message (
    business_id       bigint not null,
    conversation_uid  text collate "C" not null,
    uid               text collate "C" not null,
    client_uid        text collate "C" not null,
    revision          bigint not null,                 -- gap-free within the client, taken under its row lock
    direction         text not null check (direction in ('client_to_business', 'business_to_client')),
    kind              text not null default 'message', -- api (a lead) | message | contact_form
    text              text,                            -- what a person wrote
    parts             jsonb,                           -- what a lead brought: system_message, fields, overflow
    staff_uid         text collate "C",
    channels          text[] not null default '{}',
    created_at        timestamptz not null default now(),
    primary key (business_id, conversation_uid, uid)
);
