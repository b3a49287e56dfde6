-- What a text needs to know when it leaves. Read-only; other rooms write these tables.

-- name: business
select name, locale, time_zone from business where id = $1

-- name: notice
-- Of the lead, as much as a text may tell.
select l.contact ->> 'first_name' as first_name, c.title, l.message_uid
  from lead l join conversation c on c.business_id = l.business_id and c.uid = l.conversation_uid
 where l.business_id = $1 and l.conversation_uid = $2

-- name: reply
select m.text, m.client_uid
  from message m
 where m.business_id = $1 and m.conversation_uid = $2 and m.uid = $3

-- name: agreed
-- Whether the client's consent to texts about their request is in effect for a number, as clients/consent.py reckons it:
-- their own or the owner's last act decides, without one any yes of a lead.
select coalesce(
           (select c.value from consent c
             where c.business_id = $1 and c.address = $3 and c.channel = 'sms' and c.purpose = 'transactional'
               and c.client_uid = $2 and c.act <> 'intake'
             order by c.at desc, c.uid desc limit 1),
           exists (select from consent c
                    where c.business_id = $1 and c.address = $3 and c.channel = 'sms' and c.purpose = 'transactional'
                      and c.client_uid = $2 and c.act = 'intake' and c.value))
