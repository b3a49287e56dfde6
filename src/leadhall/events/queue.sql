-- The outbox as the dispatcher takes it.

-- name: take
-- At most $1 due rows nobody heard of yet, and $2 of which people did, oldest first. After a restore nothing is taken
-- until sending is confirmed.
with fresh as materialized (
    select o.business_id, o.uid
      from outbox o
     where not o.people_told and o.due_at <= now() and o.dead_at is null
       and not exists (select from instance_setting s where s.name = 'sending_off' and s.value = 'true')
     order by o.due_at
     limit $1
       for update skip locked
), postponed as materialized (
    select o.business_id, o.uid
      from outbox o
     where o.people_told and o.due_at <= now() and o.dead_at is null
       and not exists (select from instance_setting s where s.name = 'sending_off' and s.value = 'true')
     order by o.due_at
     limit $2
       for update skip locked
), taken as (
    select * from fresh union all select * from postponed
)
delete from outbox o using taken t
 where o.business_id = t.business_id and o.uid = t.uid
returning o.business_id, o.uid, o.kind, o.facts, o.created_at, o.people_told

-- name: take_these
with taken as materialized (
    select o.business_id, o.uid
      from unnest($1::bigint[], $2::text[]) as k (business_id, uid)
      join outbox o on o.business_id = k.business_id and o.uid = k.uid
     where o.dead_at is null
       for update of o skip locked
)
delete from outbox o using taken t
 where o.business_id = t.business_id and o.uid = t.uid
returning o.business_id, o.uid, o.kind, o.facts, o.created_at, o.people_told

-- name: postpone
insert into outbox (business_id, uid, kind, facts, created_at, due_at, people_told)
select e.business_id, e.uid, e.kind, e.facts, e.created_at, e.created_at, true
  from unnest($1::bigint[], $2::text[], $3::text[], $4::jsonb[], $5::timestamptz[])
       as e (business_id, uid, kind, facts, created_at)
 order by e.business_id, e.uid

-- name: put_off
-- Later by the seconds of its try in $4; past the last of them it is dead. Answers whether it is.
update outbox
   set attempts = attempts + 1, last_error = $3, due_at = now() + make_interval(secs => coalesce(($4::float8[])[attempts + 1], 0)),
       dead_at = case when attempts >= cardinality($4::float8[]) then now() end
 where business_id = $1 and uid = $2
returning dead_at is not null

-- name: revive
update outbox set dead_at = null, attempts = 0, due_at = now() where dead_at is not null returning uid

-- name: standing
-- How the queue stands: seconds that the oldest due row waits, and how many are dead.
select coalesce((select extract(epoch from now() - min(o.due_at)) from outbox o where o.dead_at is null and o.due_at <= now()), 0)::float8 as lag_s,
       (select count(*) from outbox o where o.dead_at is not null) as dead
