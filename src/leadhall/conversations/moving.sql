-- Conversations that change hands.

-- name: count
select count(*) from conversation where business_id = $1 and client_uid = $2

-- name: number_all_on
update message m
   set client_uid = $3, revision = m.revision + $4
  from conversation v
 where v.business_id = $1 and v.client_uid = $2 and m.business_id = $1 and m.conversation_uid = v.uid

-- name: move_all
update conversation set client_uid = $3 where business_id = $1 and client_uid = $2 returning uid

-- name: move
update conversation set client_uid = $3 where business_id = $1 and uid = any ($2)

-- name: number_back
-- The first $5 numbers after $4 are those that were moved; what came later goes on after them, in its order.
with numbered as (
    update message m
       set client_uid = $3,
           revision = case when n.revision <= $4::bigint + $5::bigint then n.revision - $4::bigint else $5::bigint + n.later end
      from (select conversation_uid, uid, revision,
                   count(*) filter (where revision > $4::bigint + $5::bigint) over (order by revision, uid) as later
              from message
             where business_id = $1 and conversation_uid = any ($2)) n
     where m.business_id = $1 and m.conversation_uid = n.conversation_uid and m.uid = n.uid
    returning m.revision
)
select coalesce(max(revision), 0) from numbered

-- name: leads_since
select l.conversation_uid, l.request_uid, l.facts ->> 'by' as by, l.contact, l.at
  from conversation v
  join lead l on l.business_id = v.business_id and l.conversation_uid = v.uid
 where v.business_id = $1 and v.client_uid = $2 and l.at > $3
 order by v.uid
