-- What people did about logged requests: ran one again (also released or completed by hand), or set it aside.

create table request_act (
    business_id  bigint not null,
    uid          text collate "C" not null,        -- of an `again`, the new request's uid
    request_uid  text collate "C" not null,        -- the logged request it is about
    act          text not null check (act in ('again', 'dismissed')),
    at           timestamptz not null default now(),
    principal    text collate "C" not null,        -- who did it
    lead_uid     text collate "C",                 -- the lead that came of it
    primary key (business_id, uid)
);
create index request_act_of on request_act (business_id, request_uid);

-- What waits for a person: refused but completable, or held.
create index request_log_waiting on request_log (business_id, uid) where verdict in ('needs_attention', 'held');
