-- Conversations, read within one business. Both walls stand: row security, and business_id in every statement.

-- name: page
-- Newest first. Of a client (null: anybody's), in a folder (null: all but the trash), below which uid (null: from the top).
-- The page is found by its keys alone, so that a deep one reads nothing else on the way.
select c.uid, c.client_uid, c.title, c.business_unread, c.client_unread, c.last_business_action, c.last_client_action,
       c.created_at, c.updated_at, coalesce(c.assigned_staff_uid, p.assigned_staff_uid, b.owner_staff_uid) as staff_uid
  from (select uid
          from conversation
         where business_id = $1
           and ($2::text is null or client_uid = $2)
           and case coalesce($3::text, '')
                    when 'inbox' then archived_at is null and spam_at is null and deleted_at is null
                    when 'attention' then business_unread > 0 and archived_at is null and spam_at is null and deleted_at is null
                    when 'sent' then last_business_action is not null and deleted_at is null
                    when 'archived' then archived_at is not null and deleted_at is null
                    when 'trash' then deleted_at is not null
                    when 'follow_up' then false                    -- nothing is followed up yet
                    else deleted_at is null end
           and ($4::text is null or uid < $4)
         order by uid desc
        offset $5 limit $6) page
  join conversation c on c.business_id = $1 and c.uid = page.uid
  join business b on b.id = $1
  left join client p on p.business_id = $1 and p.uid = c.client_uid
 order by c.uid desc
