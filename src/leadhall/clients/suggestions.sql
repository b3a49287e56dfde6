-- Suggestions of a client and of those merged into it.

-- name: list
-- Open ones, or also the settled ($3), the newest first, at most $4; with the label of an own field.
select s.uid, s.client_uid,
       s.field, coalesce(f.label, s.field) as label, s.value, s.times, s.first_lead, s.last_lead, s.token_uid, s.first_at,
       s.last_at, s.accepted, s.settled_at, s.settled_by
  from suggestion s
  left join card_field f on f.business_id = s.business_id and f.id = s.field
 where s.business_id = $1
   and s.client_uid in (select $2 union all select c.uid from client c where c.business_id = $1 and c.merged_into = $2)
   and (s.settled_at is null or $3)
 order by s.last_at desc, s.uid
 limit $4

-- name: settle
-- The field and value of one that was open.
update suggestion s
   set settled_at = now(), settled_by = $4, accepted = $5
 where s.business_id = $1 and s.settled_at is null
   and s.client_uid in (select $2 union all select c.uid from client c where c.business_id = $1 and c.merged_into = $2)
   and s.uid = $3
returning s.field, s.value
