-- What `leadhall lead show` reads, as the owner, across businesses. Business first, so that each look-up is by key.

-- name: lead
-- The lead of a conversation.
select b.uid as business_uid, b.name as business, b.id as business_id, l.conversation_uid, l.client_uid, l.request_uid,
       c.title, c.source, c.source_url, l.operation, l.verdict, l.contact, l.facts, l.at
  from business b
  join lead l on l.business_id = b.id and l.conversation_uid = $1
  join conversation c on c.business_id = b.id and c.uid = l.conversation_uid;

-- name: leads_of_client
-- All leads of a client, newest first.
select b.uid as business_uid, b.name as business, b.id as business_id, l.conversation_uid, l.client_uid, l.request_uid,
       c.title, c.source, c.source_url, l.operation, l.verdict, l.contact, l.facts, l.at
  from business b
  join conversation c on c.business_id = b.id and c.client_uid = $1
  join lead l on l.business_id = b.id and l.conversation_uid = c.uid
 order by c.uid desc;

-- name: labels
-- The business's own fields: id and label.
select id, label from card_field where business_id = $1;
