-- Conversations, read within one business. Both walls stand: row security, and business_id in every statement.
-- Each folder is read along its own index (schema/0016_conversations.sql): a branch that is not meant costs nothing,
-- and no page sorts more than it shows. Whether a lead is held is asked of each row that is looked at (offset 0 keeps it
-- so): as a join, a plan made once for all businesses compares every row with every held lead.

-- name: page
-- Newest first: uids of the folder $2 (of $3, for mine), below the uid $4 and not below $5.
select uid
  from ((select uid from conversation
          where $2::text = 'inbox' and business_id = $1 and uid < $4 and uid >= $5
            and archived_at is null and spam_at is null and deleted_at is null
          order by uid desc offset $6 limit $7)
        union all
        (select uid from conversation
          where $2 in ('attention', 'unread') and business_id = $1 and uid < $4 and uid >= $5
            and business_unread > 0 and archived_at is null and spam_at is null and deleted_at is null
          order by uid desc offset $6 limit $7)
        union all
        (select uid from conversation
          where $2 = 'mine' and business_id = $1 and assigned_staff_uid = $3 and uid < $4 and uid >= $5
            and assigned_staff_uid is not null and archived_at is null and spam_at is null and deleted_at is null
          order by uid desc offset $6 limit $7)
        union all
        (select uid from conversation
          where $2 = 'follow_up' and business_id = $1 and uid < $4 and uid >= $5
            and follow_up_since is not null and archived_at is null and spam_at is null and deleted_at is null
          order by uid desc offset $6 limit $7)
        union all
        (select uid from conversation
          where $2 = 'sent' and business_id = $1 and uid < $4 and uid >= $5
            and last_business_action is not null and deleted_at is null
          order by uid desc offset $6 limit $7)
        union all
        (select uid from conversation
          where $2 = 'archived' and business_id = $1 and uid < $4 and uid >= $5
            and archived_at is not null and deleted_at is null
          order by uid desc offset $6 limit $7)
        union all
        (select uid from conversation
          where $2 = 'spam' and business_id = $1 and uid < $4 and uid >= $5 and spam_at is not null and deleted_at is null
          order by uid desc offset $6 limit $7)
        union all
        (select uid from conversation
          where $2 = 'trash' and business_id = $1 and uid < $4 and uid >= $5 and deleted_at is not null
          order by uid desc offset $6 limit $7)
        union all
        (select conversation_uid from lead
          where $2 = 'held' and business_id = $1 and conversation_uid < $4 and conversation_uid >= $5 and verdict = 'held'
            and exists (select from conversation c where c.business_id = $1 and c.uid = conversation_uid
                                                     and c.spam_at is null and c.deleted_at is null)
          order by conversation_uid desc offset $6 limit $7)
        union all
        (select uid from conversation
          where $2 = 'all' and business_id = $1 and uid < $4 and uid >= $5 and deleted_at is null
          order by uid desc offset $6 limit $7)) page
 order by uid desc

-- name: awaiting
-- Who waits longest comes first, after who waits since $2 (microseconds since 1970) and has the uid $3.
select c.uid, (extract(epoch from c.awaits_since) * 1000000)::bigint as waits_us
  from conversation c
 where c.business_id = $1 and c.awaits_since is not null and c.archived_at is null and c.spam_at is null and c.deleted_at is null
   and (c.awaits_since, c.uid) > (timestamptz 'epoch' + $2::bigint * interval '1 microsecond', $3)
   and c.uid >= $4 and c.uid < $5
   and not exists (select from lead l where l.business_id = $1 and l.conversation_uid = c.uid and l.verdict = 'held' offset 0)
 order by c.awaits_since, c.uid
 limit $6

-- name: of_client
-- Newest first: a client's conversations in a folder, below a uid. They are few.
select uid
  from conversation
 where business_id = $1 and client_uid = $3 and uid < $4
   and case $2::text
            when 'inbox' then archived_at is null and spam_at is null and deleted_at is null
            when 'attention' then business_unread > 0 and archived_at is null and spam_at is null and deleted_at is null
            when 'follow_up' then follow_up_since is not null and archived_at is null and spam_at is null and deleted_at is null
            when 'sent' then last_business_action is not null and deleted_at is null
            when 'archived' then archived_at is not null and deleted_at is null
            when 'trash' then deleted_at is not null
            else deleted_at is null end
 order by uid desc
offset $5 limit $6

-- name: shown
-- These conversations in the order of the uids, those that the filters leave: source, tag, the client's status, unread.
select c.uid, c.client_uid, c.title, c.business_unread, c.client_unread, c.last_business_action, c.last_client_action,
       c.created_at, c.updated_at, coalesce(c.assigned_staff_uid, p.assigned_staff_uid, b.owner_staff_uid) as staff_uid,
       c.assigned_staff_uid, p.first_name as client_first_name, p.last_name as client_last_name, p.status as client_status,
       coalesce(p.tags, '{}') as tags, c.source, c.is_test, c.awaits_since, c.first_answered_at, c.archived_at, c.spam_at,
       c.deleted_at, c.follow_up_since, c.follow_up_on, c.follow_up_message, l.verdict, m.text as last_text,
       m.parts as last_parts, m.direction as last_direction
  from unnest($2::text[]) with ordinality n (uid, place)
  join conversation c on c.business_id = $1 and c.uid = n.uid
  join business b on b.id = $1
  left join client p on p.business_id = $1 and p.uid = c.client_uid
  left join lead l on l.business_id = $1 and l.conversation_uid = c.uid
  left join lateral (select m.text, m.parts, m.direction from message m
                      where m.business_id = $1 and m.conversation_uid = c.uid order by m.uid desc limit 1) m on true
 where ($3::text is null or c.source = $3)
   and ($4::text is null or $4 = any (p.tags))
   and ($5::text is null or p.status = $5)
   and (not $6::boolean or c.business_unread > 0)
 order by n.place
 limit $7

-- name: counts
-- Each to $3 at most, along its index.
select (select count(*) from (select from conversation c
                               where business_id = $1 and awaits_since is not null
                                 and archived_at is null and spam_at is null and deleted_at is null
                                 and not exists (select from lead l where l.business_id = $1 and l.conversation_uid = c.uid
                                                                      and l.verdict = 'held' offset 0) limit $3) n) as needs_answer,
       (select count(*) from (select from conversation
                               where business_id = $1 and business_unread > 0
                                 and archived_at is null and spam_at is null and deleted_at is null limit $3) n) as unread,
       (select count(*) from (select from conversation
                               where business_id = $1 and assigned_staff_uid = $2 and assigned_staff_uid is not null
                                 and archived_at is null and spam_at is null and deleted_at is null limit $3) n) as mine,
       (select count(*) from (select from conversation
                               where business_id = $1 and follow_up_since is not null
                                 and archived_at is null and spam_at is null and deleted_at is null limit $3) n) as follow_up,
       (select count(*) from (select from lead
                               where business_id = $1 and verdict = 'held' limit $3) n) as held
