-- The index as the worker keeps it, across businesses.

-- name: mark
insert into search_due (business_id, kind, uid)
select * from unnest($1::bigint[], $2::text[], $3::text[])
    on conflict do nothing

-- name: take
-- At most $1 of what is due, that no other worker holds.
with taken as materialized (
    select business_id, kind, uid from search_due order by business_id, kind, uid limit $1 for update skip locked
)
delete from search_due d using taken t
 where d.business_id = t.business_id and d.kind = t.kind and d.uid = t.uid
returning d.business_id, d.kind, d.uid

-- name: turn
-- A business and kind that is read anew, and that no other worker is at.
select business_id, kind, below from search_again order by business_id, kind limit 1 for update skip locked

-- name: below
-- The newest $4 below a uid of what there is, and of what the index has.
select uid
  from ((select uid from client where $2 = 'c' and business_id = $1 and uid < $3 order by uid desc limit $4)
        union
        (select uid from conversation where $2 = 'v' and business_id = $1 and uid < $3 order by uid desc limit $4)
        union
        (select uid from search_doc where business_id = $1 and kind = $2 and uid < $3 order by uid desc limit $4)) u
 order by uid desc limit $4

-- name: move
update search_again set below = $3 where business_id = $1 and kind = $2

-- name: end
delete from search_again where business_id = $1 and kind = $2

-- name: clients
-- Those of these who are in the book.
select c.business_id, c.uid, c.first_name, c.last_name, c.email, c.phone, c.phone_e164
  from unnest($1::bigint[], $2::text[]) as k (business_id, uid)
  join client c on c.business_id = k.business_id and c.uid = k.uid
 where c.deleted_at is null and c.merged_into is null

-- name: is_there
select exists (select from client where business_id = $1 and uid = $2)

-- name: conversations
-- Those of these that are there, each with its newest $3 messages.
select v.business_id, v.uid, v.client_uid, v.title,
       (select coalesce(jsonb_agg(jsonb_build_object('text', m.text, 'parts', m.parts)), '[]')
          from (select m.text, m.parts from message m
                 where m.business_id = v.business_id and m.conversation_uid = v.uid
                 order by m.uid desc limit $3) m) as messages
  from unnest($1::bigint[], $2::text[]) as k (business_id, uid)
  join conversation v on v.business_id = k.business_id and v.uid = k.uid
 where v.deleted_at is null

-- name: write
-- Each row's lexemes stand in lines.
insert into search_doc (business_id, kind, uid, words)
select k.business_id, k.kind, k.uid, array_to_tsvector(array_remove(string_to_array(k.lexemes, E'\n'), ''))
  from unnest($1::bigint[], $2::text[], $3::text[], $4::text[]) as k (business_id, kind, uid, lexemes)
    on conflict (business_id, kind, uid) do update set words = excluded.words where search_doc.words <> excluded.words

-- name: forget
delete from search_doc d using unnest($1::bigint[], $2::text[], $3::text[]) as k (business_id, kind, uid)
 where d.business_id = k.business_id and d.kind = k.kind and d.uid = k.uid

-- name: forget_what_belonged
delete from search_doc where words @@ $2::tsquery and business_id = $1 and kind = 'v'

-- name: all_again
-- Everything of business $1 or (null) of all is to be read anew, and whatever the index has beyond it.
insert into search_again (business_id, kind)
select b.id, k.kind from business b cross join (values ('c'), ('v')) k (kind) where $1::bigint is null or b.id = $1
 union select business_id, kind from search_doc where $1::bigint is null or business_id = $1
 order by 1, 2
    on conflict (business_id, kind) do update set below = excluded.below, since = excluded.since

-- name: standing
-- What changed and waits to be read, since when, and how much is left to be read anew.
select count(*) as due, coalesce(extract(epoch from now() - min(since)), 0)::float8 as lag_s,
       (select coalesce(sum(case a.kind
                   when 'c' then (select count(*) from client k where k.business_id = a.business_id and k.uid < a.below)
                   else (select count(*) from conversation v where v.business_id = a.business_id and v.uid < a.below) end), 0)
          from search_again a)::bigint as again
  from search_due
