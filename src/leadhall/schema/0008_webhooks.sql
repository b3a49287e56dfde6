-- Where events are told to: an endpoint is a URL with its secrets, and the events that it subscribed to.
-- Business 0 stands for all businesses of the directory (an app's: all that have the app). These tables stay small.

create table webhook_endpoint (
    business_id      bigint not null,
    id               bigint generated always as identity,
    directory_id     bigint not null references directory,
    owner            text not null check (owner in ('business', 'directory', 'app')),
    app_id           bigint references app,
    url              text not null,
    made_by          text collate "C" not null,        -- principal
    created_at       timestamptz not null default now(),
    failing_since    timestamptz,                      -- the first failure after the last success
    failures         int not null default 0,           -- since then
    last_failed_at   timestamptz,
    last_answer      text,
    told_failing_at  timestamptz,
    off_at           timestamptz,
    off_because      text,                             -- gone | failing
    primary key (business_id, id),
    check ((owner = 'app') = (app_id is not null) and (owner <> 'business' or business_id <> 0))
);
create unique index webhook_endpoint_id on webhook_endpoint (id);
create unique index webhook_endpoint_of on webhook_endpoint (business_id, directory_id, owner, coalesce(app_id, 0), url);

create table webhook_subscription (
    business_id   bigint not null,
    id            bigint generated always as identity,
    directory_id  bigint not null,
    endpoint_id   bigint not null,
    entity        text not null,
    event_type    text not null,
    created_at    timestamptz not null default now(),
    primary key (business_id, id),
    unique (business_id, endpoint_id, entity, event_type)
);

-- Encrypted with the instance key. A rotated secret signs beside its successor until its time is over.
create table webhook_secret (
    business_id   bigint not null,
    uid           text collate "C" not null,
    directory_id  bigint not null,
    endpoint_id   bigint not null,
    sealed        bytea not null,
    created_at    timestamptz not null default now(),
    until         timestamptz,
    primary key (business_id, uid)
);
create index webhook_secret_of on webhook_secret (business_id, endpoint_id);
