-- Events leave in the transaction that made them true: one outbox row a lead, fanned out by the dispatcher.

create table outbox (
    business_id   bigint not null,
    uid           text collate "C" not null,
    kind          text not null,                       -- lead | dead_token | client | message | ...
    facts         jsonb not null,                      -- event names and what the payloads need
    created_at    timestamptz not null default now(),
    due_at        timestamptz not null default now(),  -- database clock, as all due and lease times
    attempts      int not null default 0,
    leased_until  timestamptz,
    last_error    text,
    dead_at       timestamptz,
    primary key (business_id, uid)
);
create index outbox_due on outbox (due_at) where dead_at is null;

-- One row for each notice, letter, text or webhook call. What became of it stands here for its owner to read.
create table delivery (
    business_id   bigint not null,
    uid           text collate "C" not null,
    dedupe        text collate "C" not null,           -- lead:kind:recipient; also Message-ID and webhook-id
    lead_uid      text collate "C",
    message_uid   text collate "C",
    kind          text not null,                       -- owner_notice | auto_reply | reply | webhook | digest ...
    channel       text not null,                       -- email | sms | webhook
    recipient     text not null,
    endpoint_id   bigint,
    state         text not null default 'waiting',     -- waiting sending accepted delivered failed given_up suppressed skipped
    reason        text,
    payload       jsonb not null default '{}',
    attempts      int not null default 0,
    due_at        timestamptz default now(),
    leased_until  timestamptz,
    last_error    text,
    created_at    timestamptz not null default now(),
    settled_at    timestamptz,
    primary key (business_id, uid),
    unique (business_id, dedupe)
);
create index delivery_due on delivery (due_at) where due_at is not null;
create index delivery_of_lead on delivery (business_id, lead_uid);

create table delivery_attempt (
    business_id   bigint not null,
    delivery_uid  text collate "C" not null,
    n             int not null,
    at            timestamptz not null default now(),
    took_ms       int,
    outcome       text not null,                       -- sent | later | never
    answer        text,                                -- the other side's words, cut at 1 KiB
    primary key (business_id, delivery_uid, n)
);
