-- Clients and their cards. Keyed by business first, so that one business's rows lie together and the whole can be
-- distributed by business. No foreign keys between these tables: write_leads writes them together in one
-- transaction, and a check per row would cost intake a tenth.

create table client (
    business_id         bigint not null,
    uid                 text collate "C" not null,
    first_name          text,
    last_name           text,
    email               text,                          -- as its owner wrote it; the key is in client_key
    phone               text,                          -- as it came
    phone_e164          text collate "C",              -- null when the phone is none
    address             text,
    fields              jsonb not null default '{}',   -- card_field.id -> text, as its type holds it
    status              text not null default 'lead',
    tags                text[] not null default '{}',
    source              text,                          -- first touch; intake never changes it
    source_url          text,
    channel             text,
    campaign            text,
    assigned_staff_uid  text collate "C",
    revision            bigint not null default 1,     -- counts every change; receivers drop stale webhooks by it
    message_count       bigint not null default 0,     -- the newest message.revision
    is_test             boolean not null default false,
    edited_at           timestamptz,                   -- when a person first edited the card; intake then only suggests
    merged_into         text collate "C",
    deleted_at          timestamptz,
    created_at          timestamptz not null default now(),
    updated_at          timestamptz not null default now(),  -- moves only on a real change of the card
    primary key (business_id, uid)
) with (fillfactor = 90);
create index client_phone on client (business_id, phone_e164) where phone_e164 is not null;

-- Keys, not columns, find a client. A merge re-points keys and notes whence they came, so it can be undone.
create table client_key (
    business_id  bigint not null,
    kind         text collate "C" not null check (kind in ('email', 'unique_id')),
    key          text collate "C" not null,            -- normalised in Python: SQL lower() is not Python's
    client_uid   text collate "C" not null,
    moved_from   text collate "C",                     -- the client it belonged to before a merge
    primary key (business_id, kind, key)
);
create unique index client_key_one_of_a_kind on client_key (business_id, client_uid, kind) where moved_from is null;

-- A business's own card. Built-in fields (first_name …) need no row; opt-in and identifier fields are rows.
create table card_field (
    business_id    bigint not null,
    id             text collate "C" not null,
    label          text not null,
    label_key      text collate "C" not null,          -- case and blanks ignored, in Python
    type           text not null,
    object_type    text not null default 'contact',
    options        text[] not null default '{}',
    required       boolean not null default false,
    keep_asking    boolean not null default false,
    default_value  text not null default '',
    forms          text[] not null default '{client_card}',
    position       int not null,
    created_at     timestamptz not null default now(),
    deleted_at     timestamptz,
    primary key (business_id, id)
);

-- A stranger fills blanks or suggests, never overwrites. The same value for the same field is one suggestion.
create table suggestion (
    business_id   bigint not null,
    client_uid    text collate "C" not null,
    field         text collate "C" not null,           -- first_name … or card_field.id, or email | unique_id
    value_hash    bytea not null,                      -- SHA-256 of value: values may exceed what a b-tree holds
    value         text not null,
    times         int not null default 1,
    first_lead    text collate "C" not null,
    last_lead     text collate "C" not null,
    token_uid     text collate "C",
    first_at      timestamptz not null default now(),
    last_at       timestamptz not null default now(),
    settled_at    timestamptz,
    settled_by    text collate "C",
    accepted      boolean,
    primary key (business_id, client_uid, field, value_hash)
);

-- Two clients who may be one person. Never merged by intake.
create table suspected_pair (
    business_id  bigint not null,
    a_uid        text collate "C" not null,
    b_uid        text collate "C" not null,
    because      text not null,                        -- email | unique_id | phone
    times        int not null default 1,
    first_lead   text collate "C",
    last_lead    text collate "C",
    first_at     timestamptz not null default now(),
    last_at      timestamptz not null default now(),
    settled_at   timestamptz,
    settled_by   text collate "C",
    primary key (business_id, a_uid, b_uid),
    check (a_uid < b_uid)
);

-- Append-only. What is in effect is worked out when read (clients/consent.py).
create table consent (
    business_id         bigint not null,
    client_uid          text collate "C" not null,
    uid                 text collate "C" not null,
    purpose             text not null check (purpose in ('marketing', 'transactional')),
    channel             text not null check (channel in ('email', 'sms')),
    address             text,                          -- the e-mail key or E.164 number it was given for
    value               boolean not null,
    act                 text not null,                 -- intake | owner | api | stop | start | unsubscribe | complaint
    made_the_client     boolean not null default false,
    wording             text,
    wording_hash        bytea,
    page                text,
    visitor_ip          text,
    visitor_user_agent  text,
    captured_at         text,
    lead_uid            text collate "C",
    token_uid           text collate "C",
    at                  timestamptz not null default now(),
    primary key (business_id, client_uid, uid)
);

-- Changes of a card by people and by the API. What intake filled is in the facts of its lead.
create table card_change (
    business_id  bigint not null,
    client_uid   text collate "C" not null,
    uid          text collate "C" not null,
    field        text collate "C" not null,
    was          text,
    becomes      text,
    actor        text not null,                        -- staff uid, token principal, "system"
    because      text not null default '',             -- edit | suggestion | merge | undo | import
    at           timestamptz not null default now(),
    primary key (business_id, client_uid, uid)
);
