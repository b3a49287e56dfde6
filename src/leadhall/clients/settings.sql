-- name: languages
select c.preferred_language as preferred, b.locale
  from client c join business b on b.id = c.business_id
 where c.business_id = $1 and c.uid = $2

-- name: speak
-- Which each is to be told things in.
update client c
   set preferred_language = w.language
  from unnest($2::text[], $3::text[]) as w (uid, language)
 where c.business_id = $1 and c.uid = w.uid

-- name: spam
-- Its revision, when it was not so before.
update client
   set spam_at = case when $3::boolean then now() end, revision = revision + 1, updated_at = now()
 where business_id = $1 and uid = $2 and (spam_at is not null) <> $3
returning revision
