-- Addresses that are written to no more. An operator's look at all businesses is a statement of its own, so that those of
-- one keep to their key whatever plan a session has kept.

-- name: list
-- Of a business, newest first below a uid.
select s.uid, s.business_id, s.channel, s.address, s.sender, s.reason, s.answer, s.delivery_uid, s.at,
       (select m.uid from staff m join app_user u on u.id = m.user_id
         where m.business_id = s.business_id and s.channel = 'email' and u.email_key = s.address and m.deleted_at is null) as staff_uid
  from suppression s
 where s.business_id = $1 and s.uid < $2
 order by s.uid desc
 limit $3

-- name: list_all
-- Of all businesses in scope.
select s.uid, s.business_id, s.channel, s.address, s.sender, s.reason, s.answer, s.delivery_uid, s.at,
       (select m.uid from staff m join app_user u on u.id = m.user_id
         where m.business_id = s.business_id and s.channel = 'email' and u.email_key = s.address and m.deleted_at is null) as staff_uid
  from suppression s
 where s.uid < $1
 order by s.uid desc
 limit $2

-- name: whose
select business_id from suppression where uid = $1

-- name: lift
delete from suppression where business_id = $1 and uid = $2
returning uid, business_id, channel, address, sender, reason, answer, delivery_uid, at, null as staff_uid

-- name: failed
update delivery set state = 'failed', reason = 'bounced', last_error = $3, settled_at = now(), due_at = null
 where business_id = $1 and uid = $2 and state in ('accepted', 'delivered', 'sending')
returning true

-- name: arrived
-- Evidence may come before we wrote down that it left: then it is kept until we do.
update delivery
   set state = case state when 'accepted' then 'delivered' else state end, facts = facts || '{"arrived": true}'
 where business_id = $1 and uid = $2 and state in ('accepted', 'sending')
returning true

-- name: suppress
insert into suppression (business_id, uid, channel, address, sender, reason, answer, delivery_uid)
select d.business_id, $3, d.channel, d.recipient_key, d.lane, $4, nullif($5, ''), d.uid
  from delivery d
 where d.business_id = $1 and d.uid = $2 and d.recipient_key <> '' and d.channel in ('email', 'sms')
    on conflict (business_id, channel, address, sender) do nothing
