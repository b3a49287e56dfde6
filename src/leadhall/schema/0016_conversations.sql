-- What a conversation is in (folders), who acted on it and when, and what people of the business keep beside it.

alter table conversation
    add column awaits_since       timestamptz default now(),  -- since when the client waits for an answer; null: does not
    add column contact            jsonb,                -- whom one without a lead is with, as the card was when it began
    add column follow_up_since    timestamptz,
    add column follow_up_on       timestamptz,
    add column follow_up_message  text,
    add column campaign           text,
    add column source_type        text;

update conversation set awaits_since = case when first_answered_at is null then created_at end;

-- One index a folder, each in the order of its list: a page is as far down as any other. New leads are in the first
-- three; the rest hold what somebody put there.
create index conversation_awaiting on conversation (business_id, awaits_since, uid)
    where awaits_since is not null and archived_at is null and spam_at is null and deleted_at is null;
create index conversation_open on conversation (business_id, uid)
    where archived_at is null and spam_at is null and deleted_at is null;
create index conversation_unread on conversation (business_id, uid)
    where business_unread > 0 and archived_at is null and spam_at is null and deleted_at is null;
create index conversation_mine on conversation (business_id, assigned_staff_uid, uid)
    where assigned_staff_uid is not null and archived_at is null and spam_at is null and deleted_at is null;
create index conversation_followed on conversation (business_id, uid)
    where follow_up_since is not null and archived_at is null and spam_at is null and deleted_at is null;
create index conversation_sent on conversation (business_id, uid) where last_business_action is not null and deleted_at is null;
create index conversation_archived on conversation (business_id, uid) where archived_at is not null and deleted_at is null;
create index conversation_spam on conversation (business_id, uid) where spam_at is not null and deleted_at is null;
create index conversation_trash on conversation (business_id, uid) where deleted_at is not null;
create index lead_held on lead (business_id, conversation_uid) where verdict = 'held';

-- State is a row: what the columns of a conversation say, these say who did and when.
create table conversation_act (
    business_id       bigint not null,
    conversation_uid  text collate "C" not null,
    uid               text collate "C" not null,
    act               text not null,                    -- archive | unarchive | spam | … (conversations/acts.py)
    staff_uid         text collate "C",                 -- null: a token that is no person's, or nobody
    token_uid         text collate "C",
    facts             jsonb not null default '{}',      -- to whom it was assigned, until when it is followed up
    at                timestamptz not null default now(),
    primary key (business_id, conversation_uid, uid)
);

alter table message
    add column subject      text,
    add column external_id  text,                       -- of one that came in: its Message-ID, or the provider's id
    add column token_uid    text collate "C";           -- by which it was written; null: a person at a screen or by mail

-- What somebody began to write.
create table draft (
    business_id       bigint not null,
    conversation_uid  text collate "C" not null,
    staff_uid         text collate "C" not null,
    text              text not null,
    channels          text[] not null default '{}',
    updated_at        timestamptz not null default now(),
    primary key (business_id, conversation_uid, staff_uid)
);

-- Answers that a business writes often.
create table canned_reply (
    business_id  bigint not null,
    uid          text collate "C" not null,
    title        text not null,
    text         text not null,
    staff_uid    text collate "C",                      -- who wrote it
    created_at   timestamptz not null default now(),
    updated_at   timestamptz not null default now(),
    primary key (business_id, uid),
    unique (business_id, title)
);
