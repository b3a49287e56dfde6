-- Each row of what is searched tells of what time it is, and an address is no word any more (search/words.py). What is there
-- already is read anew by the worker, beside what changes. An older worker beside it writes nothing that says no time.
alter table search_doc add constraint search_doc_tells_its_time
    check (words @@ ('''' || business_id || kind || '#'':*')::tsquery) not valid;

-- Of whom everything is to be read anew, the newest first: what is left is below a uid. It waits for what changed.
create table search_again (
    business_id  bigint not null,
    kind         text collate "C" not null check (kind in ('c', 'v')),
    below        text collate "C" not null default '~',
    since        timestamptz not null default now(),
    primary key (business_id, kind)
);
insert into search_again (business_id, kind) select distinct business_id, kind from search_doc;
