-- Two clients made one, notes about a client, and what a client is told in which language.

-- A merge and all that it moved, so that it can be undone. The merged client's row stays, with its card as it was.
create table client_merge (
    business_id  bigint not null,
    uid          text collate "C" not null,
    kept_uid     text collate "C" not null,
    merged_uid   text collate "C" not null,
    actor        text not null,
    moved        jsonb not null,                       -- keys, conversations, changes of the kept card (clients/merging.py)
    at           timestamptz not null default now(),
    undone_at    timestamptz,
    undone_by    text,
    primary key (business_id, uid)
);
create index client_merge_of_kept on client_merge (business_id, kept_uid);
create index client_merge_of_merged on client_merge (business_id, merged_uid);
create index client_merged_into on client (business_id, merged_into) where merged_into is not null;
create index client_key_moved on client_key (business_id, moved_from) where moved_from is not null;

create table client_note (
    business_id  bigint not null,
    uid          text collate "C" not null,
    client_uid   text collate "C" not null,
    staff_uid    text collate "C",
    title        text,
    content      text,
    entity_uid   text collate "C",
    entity_type  text check (entity_type in ('document', 'payment', 'meeting')),
    created_at   timestamptz not null default now(),
    updated_at   timestamptz not null default now(),
    deleted_at   timestamptz,
    primary key (business_id, uid)
);
create index client_note_of on client_note (business_id, client_uid, uid);

-- By which one suggestion is accepted or dismissed.
alter table suggestion add column uid text collate "C" not null default replace(gen_random_uuid()::text, '-', '');

alter table client add column preferred_language text;
alter table client add column spam_at timestamptz;

-- Who changed since: GET clients by updated_at, and the pairing of equal numbers. A lead that changes nothing of a card
-- leaves updated_at alone, so its update stays heap-only.
create index client_updated on client (business_id, updated_at);
