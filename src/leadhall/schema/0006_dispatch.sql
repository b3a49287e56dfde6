-- What the dispatcher keeps of a delivery beyond what its owner reads, whom we no longer write to, and who rests.

alter table delivery
    add column recipient_key  text collate "C" not null default '',  -- as compared: the email's key, the number in E.164
    add column lane           text collate "C" not null default '',  -- channel and sender, or webhook, host and endpoint
    add column spared         int not null default 0,                -- tries that did not count: no fault of this row
    add column facts          jsonb not null default '{}';           -- what the other side told, such as a provider's id

drop index delivery_due;
create index delivery_due on delivery (lane, due_at) where due_at is not null;
create index delivery_trouble on delivery (business_id, uid) where state in ('failed', 'given_up', 'suppressed');
create index delivery_held on delivery (business_id, uid) where state = 'waiting' and due_at is null;
create index delivery_age on delivery using brin (created_at);

-- Counted before a lead is greeted, or an owner told one by one: only what goes out has no reason.
create index delivery_greeted on delivery (recipient_key, created_at) where kind = 'auto_reply' and reason is null;
create index delivery_greetings on delivery (business_id, created_at) where kind = 'auto_reply' and reason is null;
create index delivery_noticed on delivery (business_id, recipient_key, created_at)
    where kind = 'owner_notice' and channel = 'email' and reason is null;

-- An address that a sender of a business writes to no more, until somebody lifts it on purpose.
create table suppression (
    business_id   bigint not null,
    uid           text collate "C" not null,
    channel       text not null check (channel in ('email', 'sms')),
    address       text collate "C" not null,           -- as delivery.recipient_key
    sender        text collate "C" not null,           -- as delivery.lane
    reason        text not null,                       -- refused | bounced | stopped | complained | by_hand
    answer        text,                                -- the other side's words
    delivery_uid  text collate "C",
    at            timestamptz not null default now(),
    primary key (business_id, uid),
    unique (business_id, channel, address, sender)
);

-- A sender or provider that refuses us rests; what waits in its lane is not tried meanwhile.
create table sender_pause (
    lane    text collate "C" primary key,
    fault   text not null,                             -- sender | provider
    answer  text not null,
    times   int not null default 1,                    -- pauses since something last got through
    since   timestamptz not null default now(),
    until   timestamptz not null
);
