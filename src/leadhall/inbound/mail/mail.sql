-- What a mail that comes back needs to know. Read-only.

-- name: thread
-- The address that the lead gave, or, where staff began the conversation, that of the card then; and how many mails
-- came in it since a uid was minted ($3), counted to $4.
select coalesce(l.contact, c.contact) ->> 'email' as email,
       (select count(*) from (select from inbound i
                               where i.business_id = $1 and i.uid >= $3 and i.channel = 'email' and i.conversation_uid = $2
                                 and i.fate in ('message', 'relayed')
                               limit $4) n) as mails
  from conversation c
  left join lead l on l.business_id = c.business_id and l.conversation_uid = c.uid
 where c.business_id = $1 and c.uid = $2

-- name: staff
-- Who serves the business and confirmed this address.
select s.uid
  from staff s join app_user u on u.id = s.user_id
 where s.business_id = $1 and u.email_key = $2 and u.email_verified_at is not null and s.deleted_at is null
   and u.disabled_at is null
