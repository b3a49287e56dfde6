-- Search has tables of its own, fed by the worker from the outbox: intake writes no word of them.

-- What one client (kind c) or conversation (kind v) is found by. Every lexeme begins with the number of its business,
-- so that one index serves all of them and no search reads another's rows (search/words.py).
create table search_doc (
    business_id  bigint not null,
    kind         text collate "C" not null check (kind in ('c', 'v')),
    uid          text collate "C" not null,
    words        tsvector not null,
    primary key (business_id, kind, uid)
);
create index search_doc_words on search_doc using gin (words) with (gin_pending_list_limit = 256);

-- What changed and is to be read anew; the same thing changed twice is one row.
create table search_due (
    business_id  bigint not null,
    kind         text collate "C" not null check (kind in ('c', 'v')),
    uid          text collate "C" not null,
    since        timestamptz not null default now(),
    primary key (business_id, kind, uid)
);

-- What is there already waits for the worker.
insert into search_due (business_id, kind, uid) select business_id, 'c', uid from client;
insert into search_due (business_id, kind, uid) select business_id, 'v', uid from conversation;
