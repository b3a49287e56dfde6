-- What is held, whosever it is: read and placed by an operator, or by who administers a directory. Few rows wait, and
-- `inbound_held` has no others.

-- name: find_all
-- Newest first.
select i.business_id, b.uid as business, b.name as business_name, i.uid, i.channel, i.sender, i.recipient, i.reason,
       i.subject, i.text, i.files, i.conversation_uid, i.at
  from inbound i
  left join business b on b.id = i.business_id
 where i.fate = 'held' and i.settled_at is null
 order by i.uid desc
 limit $1

-- name: find
-- Newest first, of one business; 0: what is nobody's.
select i.business_id, b.uid as business, b.name as business_name, i.uid, i.channel, i.sender, i.recipient, i.reason,
       i.subject, i.text, i.files, i.conversation_uid, i.at
  from inbound i
  left join business b on b.id = i.business_id
 where i.business_id = $1 and i.fate = 'held' and i.settled_at is null
 order by i.uid desc
 limit $2

-- name: one
select i.business_id, b.uid as business, b.name as business_name, i.uid, i.channel, i.sender, i.recipient, i.reason,
       i.subject, i.text, i.files, i.conversation_uid, i.at
  from inbound i
  left join business b on b.id = i.business_id
 where i.uid = $1 and i.fate = 'held' and i.settled_at is null

-- name: unplaced
-- Of nobody's, newest first below a uid, what directory $1 may see.
select i.uid, i.channel, i.sender, i.recipient, i.reason, i.subject, i.text, i.files, i.conversation_uid, i.at
  from inbound i
 where i.business_id = 0 and i.fate = 'held' and i.settled_at is null and i.uid < $2
   and directory_of_nobodys(i.reason, i.recipient, i.at) = $1
 order by i.uid desc
 limit $3

-- name: one_unplaced
select i.uid, i.channel, i.sender, i.recipient, i.reason, i.subject, i.text, i.files, i.conversation_uid, i.at
  from inbound i
 where i.business_id = 0 and i.fate = 'held' and i.settled_at is null and i.uid = $2
   and directory_of_nobodys(i.reason, i.recipient, i.at) = $1
   for update of i

-- name: spoken_in
-- The newest conversation of the business with whom this address (of mail, as it is compared) or number belongs to.
select c.uid
  from client k
  join conversation c on c.business_id = k.business_id and c.client_uid = k.uid and c.deleted_at is null
 where k.business_id = $1 and k.deleted_at is null
   and (k.phone_e164 = $2
        or k.uid in (select y.client_uid from client_key y where y.business_id = $1 and y.kind = 'email' and y.key = $2))
 order by c.uid desc
 limit 1

-- name: give
-- Nothing comes back where somebody was faster, or the business has it already.
update inbound i
   set business_id = $2, conversation_uid = $3
 where i.business_id = 0 and i.uid = $1 and i.fate = 'held' and i.settled_at is null
   and not exists (select from inbound o
                    where o.business_id = $2 and (o.uid = i.uid or o.channel = i.channel and o.dedupe = i.dedupe))
returning true
