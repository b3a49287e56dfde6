-- name: turn
select pg_try_advisory_xact_lock(506417606)

-- name: forget
-- Nobody decided about it in time: it goes nowhere, and its text is forgotten. That it came stays, so that it is known
-- when it comes again.
update inbound i
   set settled_at = now(), text = null, subject = null
 where (i.business_id, i.uid) in (
           select h.business_id, h.uid from inbound h
            where h.fate = 'held' and h.settled_at is null and h.at < now() - make_interval(days => $1)
            limit 1000)

-- name: forget_nobodys
-- What was nobody's belongs to no lead that would take it along.
delete from inbound
 where (business_id, uid) in (
           select h.business_id, h.uid from inbound h
            where h.business_id = 0 and h.settled_at is not null and h.at < now() - make_interval(days => $1)
            limit 1000)
