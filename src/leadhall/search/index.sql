-- The index as the worker keeps it, across businesses.

-- name: mark
insert into search_due (business_id, kind, uid)
select * from unnest($1::bigint[], $2::text[], $3::text[])
    on conflict do nothing

-- name: take
-- At most $1 of what is due, that no other worker holds; the newest first, by which a search begins.
with taken as materialized (
    select business_id, kind, uid from search_due order by business_id desc, kind desc, uid desc limit $1 for update skip locked
)
delete from search_due d using taken t
 where d.business_id = t.business_id and d.kind = t.kind and d.uid = t.uid
returning d.business_id, d.kind, d.uid

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

-- name: all_due
-- Mark everything there is, of business $1 or (null) of all, and what the index has beyond it.
insert into search_due (business_id, kind, uid)
select business_id, 'c', uid from client where $1::bigint is null or business_id = $1
union all select business_id, 'v', uid from conversation where $1::bigint is null or business_id = $1
union select business_id, kind, uid from search_doc where $1::bigint is null or business_id = $1
    on conflict do nothing

-- name: standing
-- What waits to be read, and since when.
select count(*) as due, coalesce(extract(epoch from now() - min(since)), 0)::float8 as lag_s from search_due
