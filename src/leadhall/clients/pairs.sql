-- Suspected pairs. A pair names its clients as they were; who was merged since stands for whom it was merged into.

-- name: list
-- Open pairs of two who are still two; $2: of this client alone (null: all, among the $4 last seen); at most $3. Each
-- client is looked up by itself (offset 0): as a join, every client of the business would be read.
with open as (
    select distinct p.a_uid, p.b_uid, a.uid as one, b.uid as other, p.because, p.times, p.first_lead, p.last_lead, p.first_at,
           p.last_at
      from ((select * from suspected_pair where $2::text is null and business_id = $1 and settled_at is null
              order by last_at desc limit $4)
            union all
            select p.*
              from (select $2 as uid union all select c.uid from client c where c.business_id = $1 and c.merged_into = $2) m
             cross join lateral (
                    select * from suspected_pair where business_id = $1 and settled_at is null and a_uid = m.uid
                    union all
                    select * from suspected_pair where business_id = $1 and settled_at is null and b_uid = m.uid) p) p
     cross join lateral (select coalesce(k.merged_into, k.uid) as uid from client k
                          where k.business_id = $1 and k.uid = p.a_uid offset 0) a
     cross join lateral (select coalesce(k.merged_into, k.uid) as uid from client k
                          where k.business_id = $1 and k.uid = p.b_uid offset 0) b
)
select a.uid as a_uid, b.uid as b_uid, concat_ws(' ', a.first_name, a.last_name) as a_name,
       concat_ws(' ', b.first_name, b.last_name) as b_name, min(o.because) as because, sum(o.times)::int as times,
       min(o.first_lead) as first_lead, max(o.last_lead) as last_lead, min(o.first_at) as first_at, max(o.last_at) as last_at
  from open o
 cross join lateral (select k.uid, k.first_name, k.last_name from client k
                      where k.business_id = $1 and k.uid = least(o.one, o.other) and k.deleted_at is null offset 0) a
 cross join lateral (select k.uid, k.first_name, k.last_name from client k
                      where k.business_id = $1 and k.uid = greatest(o.one, o.other) and k.deleted_at is null offset 0) b
 where o.one <> o.other
 group by a.uid, b.uid, a.first_name, a.last_name, b.first_name, b.last_name
 order by max(o.last_at) desc, a.uid, b.uid
 limit $3

-- name: dismiss
-- True when it was open; all pairs of these two, whoever they were before merges.
with gone as (
    update suspected_pair p
       set settled_at = now(), settled_by = $4
      from client a, client b
     where p.business_id = $1 and p.settled_at is null
       and a.business_id = $1 and a.uid = p.a_uid and b.business_id = $1 and b.uid = p.b_uid
       and least(coalesce(a.merged_into, a.uid), coalesce(b.merged_into, b.uid)) = least($2::text, $3::text)
       and greatest(coalesce(a.merged_into, a.uid), coalesce(b.merged_into, b.uid)) = greatest($2::text, $3::text)
    returning true
)
select exists (select from gone)

-- name: turn
-- Whether this process does it now.
select pg_try_advisory_xact_lock(506417607)

-- name: changed
-- Who has a number and changed after this time and uid, the oldest first; ten seconds are left for transactions under way.
select c.business_id, c.uid, c.phone_e164, c.updated_at
  from business b
 cross join lateral (
        select k.business_id, k.uid, k.phone_e164, k.updated_at
          from client k
         where k.business_id = b.id and k.updated_at >= $1 and (k.updated_at, k.uid) > ($1, $2)
           and k.updated_at < now() - interval '10 seconds'
           and k.phone_e164 is not null and k.merged_into is null and k.deleted_at is null
         order by k.updated_at, k.uid
         limit $3) c
 order by c.updated_at, c.uid
 limit $3

-- name: same_number
-- Of these clients, each with at most so many others of the same number.
select n.business_id, least(n.uid, o.uid) as a_uid, greatest(n.uid, o.uid) as b_uid, n.phone_e164
  from unnest($1::bigint[], $2::text[], $3::text[]) as n (business_id, uid, phone_e164)
 cross join lateral (
        select k.uid from client k
         where k.business_id = n.business_id and k.phone_e164 = n.phone_e164 and k.uid <> n.uid
           and k.merged_into is null and k.deleted_at is null
         order by k.uid
         limit $4) o

-- name: pair
-- One that is known stays as it is, dismissed ones too.
insert into suspected_pair (business_id, a_uid, b_uid, because)
select distinct p.business_id, p.a_uid, p.b_uid, 'phone'
  from unnest($1::bigint[], $2::text[], $3::text[]) as p (business_id, a_uid, b_uid)
 order by 1, 2, 3
    on conflict do nothing
