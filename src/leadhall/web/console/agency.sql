-- The businesses of a directory as its agency looks at them. First the order (one measure for each, one index), then
-- the rest for the page alone: so that it is quick with ten thousand of them.

-- name: by_name
select id from business
 where directory_id = $1 and closed_at is null and ($2 = '' or strpos(lower(name), lower($2)) > 0)
 order by lower(name), id limit $3 offset $4

-- name: by_newest
-- The business whose last lead is longest ago first: silence is what one looks for.
select b.id
  from business b
  left join lateral (select l.conversation_uid from lead l where l.business_id = b.id
                      order by l.conversation_uid desc limit 1) newest on true
 where b.directory_id = $1 and b.closed_at is null and ($2 = '' or strpos(lower(b.name), lower($2)) > 0)
 order by newest.conversation_uid nulls first, b.id limit $3 offset $4

-- name: by_unanswered
-- Each counted to $5: who has more is in trouble enough.
select b.id
  from business b
 cross join lateral (select count(*) as n
                       from (select from conversation c
                              where c.business_id = b.id and c.awaits_since is not null and c.archived_at is null
                                and c.spam_at is null and c.deleted_at is null limit $5) c) waiting
 where b.directory_id = $1 and b.closed_at is null and ($2 = '' or strpos(lower(b.name), lower($2)) > 0)
 order by waiting.n desc, b.id limit $3 offset $4

-- name: by_oldest
select b.id
  from business b
  left join lateral (select c.awaits_since from conversation c
                      where c.business_id = b.id and c.awaits_since is not null and c.archived_at is null
                        and c.spam_at is null and c.deleted_at is null
                      order by c.awaits_since, c.uid limit 1) oldest on true
 where b.directory_id = $1 and b.closed_at is null and ($2 = '' or strpos(lower(b.name), lower($2)) > 0)
 order by oldest.awaits_since nulls last, b.id limit $3 offset $4

-- name: by_trouble
-- Notices that did not arrive, since the uid given.
select b.id
  from business b
  left join (select d.business_id, count(*) as n from delivery d
              where d.state in ('failed', 'given_up', 'suppressed') and d.uid >= $5 and d.kind = 'owner_notice'
                and d.business_id in (select id from business where directory_id = $1)
              group by 1) lost on lost.business_id = b.id
 where b.directory_id = $1 and b.closed_at is null and ($2 = '' or strpos(lower(b.name), lower($2)) > 0)
 order by lost.n desc nulls last, b.id limit $3 offset $4

-- name: by_webhooks
select b.id
  from business b
  left join (select w.business_id, count(*) as n from webhook_endpoint w
              where w.business_id in (select id from business where directory_id = $1)
                and (w.failing_since is not null or w.off_at is not null)
              group by 1) failing on failing.business_id = b.id
 where b.directory_id = $1 and b.closed_at is null and ($2 = '' or strpos(lower(b.name), lower($2)) > 0)
 order by failing.n desc nulls last, b.id limit $3 offset $4

-- name: facts
-- In the order of the ids given; unanswered counted to $3. A notice is muted when its owner hears neither by mail nor by text.
select b.uid, b.name,
       (select c.created_at from conversation c where c.business_id = b.id order by c.uid desc limit 1) as newest_at,
       waiting.n as unanswered, waiting.oldest as oldest_at,
       (select count(*) from delivery d
         where d.business_id = b.id and d.state in ('failed', 'given_up', 'suppressed') and d.uid >= $2
           and d.kind = 'owner_notice') as lost_notices,
       coalesce(s.preferences ->> 'email', 'true') = 'false'
           and (coalesce(s.preferences ->> 'sms', 'true') = 'false' or s.mobile_number is null) as is_muted,
       (select count(*) from webhook_endpoint w
         where w.business_id = b.id and (w.failing_since is not null or w.off_at is not null)) as failing_webhooks
  from unnest($1::bigint[]) with ordinality as asked (id, place)
  join business b on b.id = asked.id
  left join staff s on s.business_id = b.id and s.uid = b.owner_staff_uid
 cross join lateral (select count(*) as n, min(c.awaits_since) as oldest
                       from (select c.awaits_since from conversation c
                              where c.business_id = b.id and c.awaits_since is not null and c.archived_at is null
                                and c.spam_at is null and c.deleted_at is null
                              order by c.awaits_since, c.uid limit $3) c) waiting
 order by asked.place

-- name: total
select count(*) from business
 where directory_id = $1 and closed_at is null and ($2 = '' or strpos(lower(name), lower($2)) > 0)
