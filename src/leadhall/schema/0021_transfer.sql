-- Clients come in as files. A job is worked portion by portion, each in a transaction with its progress, so that one that
-- was broken off goes on where it stopped and no row is taken twice.

create table import_job (
    business_id  bigint not null,
    uid          text collate "C" not null,
    number       bigint generated always as identity,  -- upstream's session_id
    source       text not null check (source in ('cli', 'api', 'app')),
    validates    boolean not null default false,       -- looks only, and writes no client
    overrides    boolean not null default false,       -- what the file says replaces what a known client has
    mapping      jsonb not null,                       -- column of the file -> field of the card
    sha256       bytea not null,                       -- of the file
    actor        text not null,
    token_uid    text collate "C",
    state        text not null default 'pending' check (state in ('pending', 'processing', 'done', 'error')),
    error        text,
    total        int not null default 0,
    taken        int not null default 0,               -- rows that are settled
    created      int not null default 0,
    updated      int not null default 0,
    skipped      int not null default 0,
    failed       int not null default 0,
    created_at   timestamptz not null default now(),
    updated_at   timestamptz not null default now(),
    primary key (business_id, uid)
);
create index import_job_waiting on import_job (created_at) where state in ('pending', 'processing') and source <> 'cli';

-- The file of a job that the worker does; gone when that is done. Its name is ours: no sender's name is kept as one.
create table import_file (
    business_id  bigint not null,
    job_uid      text collate "C" not null,
    content      bytea not null,
    primary key (business_id, job_uid)
);

-- What became of each row. Of one that failed also why, and its cells.
create table import_item (
    business_id  bigint not null,
    job_uid      text collate "C" not null,
    n            int not null,                         -- row of the file below its headings, from 1
    state        text not null check (state in ('created', 'updated', 'skipped', 'failed')),
    client_uid   text collate "C",
    external_id  text,
    faults       jsonb,
    cells        jsonb,
    primary key (business_id, job_uid, n)
);
