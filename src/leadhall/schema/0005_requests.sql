-- Every request to intake, also the refused ones, in the commit of its batch; other operations written behind.

create table request_log (
    business_id        bigint not null,                -- 0: no business, as with an unknown token
    uid                text collate "C" not null,      -- the X-Request-Id of the answer
    at                 timestamptz not null default now(),
    token_uid          text collate "C",
    operation          text not null,
    status             smallint not null,
    verdict            text not null,                  -- accepted accepted_with_warnings needs_attention held refused
    lead_uid           text collate "C",
    client_request_id  text,
    user_agent         text,
    ip                 inet,
    duration_us        int,
    content_type       text,
    body               bytea,
    truncated          boolean not null default false,
    facts              jsonb not null default '{}',    -- faults, replay, fold: what the lead's own facts do not say
    email_mark         bytea,                          -- HMACs by which erasure finds a person's rows
    phone_mark         bytea,
    unique_id_mark     bytea,
    primary key (business_id, uid, at)
) partition by range (at);
create table request_log_default partition of request_log default;

-- Makes the partitions of the coming days and drops those past their time. Runs as the owner, for the housekeeper.
-- The default partition keeps what no day holds, and is emptied by age instead.
create function keep_request_log(days_ahead int, keep_days int) returns int
language plpgsql security definer set search_path from current as $$
declare
    day date;
    part record;
    changed int := 0;
begin
    for day in select generate_series(current_date, current_date + days_ahead, interval '1 day')::date loop
        if to_regclass('request_log_' || to_char(day, 'YYYYMMDD')) is null
           and not exists (select from request_log_default where at >= day and at < day + 1) then
            execute format('create table %I partition of request_log for values from (%L) to (%L)',
                           'request_log_' || to_char(day, 'YYYYMMDD'), day, day + 1);
            changed := changed + 1;
        end if;
    end loop;
    for part in select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid
                 where i.inhparent = 'request_log'::regclass and c.relname ~ '^request_log_\d{8}$'
                   and to_date(right(c.relname, 8), 'YYYYMMDD') < current_date - keep_days loop
        execute format('drop table %I', part.relname);
        changed := changed + 1;
    end loop;
    delete from request_log_default where at < current_date - keep_days;
    return changed;
end $$;
select keep_request_log(14, 90);

-- A key given by the caller: kept 96 h. Holds who was first, never the answer of a lead, which is rendered from
-- its facts; a refusal carries its own.
create table idempotency (
    business_id       bigint not null,
    principal         text collate "C" not null,
    operation         text collate "C" not null,
    key               text collate "C" not null,
    fingerprint       bytea not null,
    conversation_uid  text collate "C",
    request_uid       text collate "C" not null,
    status            smallint not null,
    content_type      text,
    answer            bytea,                           -- null for leads and for answers that hold a secret
    until             timestamptz not null,
    primary key (business_id, principal, operation, key)
);
create index idempotency_until on idempotency (until);

-- No key given: an identical request within the business's window is the same request.
create table repeat (
    business_id       bigint not null,
    fingerprint       bytea not null,                  -- over principal, operation and decoded content
    conversation_uid  text collate "C" not null,
    until             timestamptz not null,
    primary key (business_id, fingerprint)
);
