-- name: make
-- Rows as planned; the due time is the database's. A settled one has none. What is the sender's from its birth ($16) is
-- claimed as it is written, for $18 seconds, unless its lane rests; those are answered.
with made as (
    insert into delivery (business_id, uid, dedupe, lead_uid, message_uid, kind, channel, recipient, recipient_key, lane,
                          endpoint_id, state, reason, payload, attempts, due_at, leased_until, settled_at)
    select p.business_id, p.uid, p.dedupe, p.lead_uid, p.message_uid, p.kind, p.channel, p.recipient, p.recipient_key,
           p.lane, p.endpoint_id, case when ours then 'sending' else p.state end, p.reason, ($17::jsonb[])[p.payload_n], ours::int,
           case when ours then clock_timestamp() + make_interval(secs => $18)
                else now() + make_interval(secs => p.after_s) end,
           case when ours then clock_timestamp() + make_interval(secs => $18) end,
           case when p.state <> 'waiting' then now() end
      from unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
                  $9::text[], $10::text[], $11::bigint[], $12::text[], $13::text[], $14::int[], $15::float8[],
                  $16::bool[])
           as p (business_id, uid, dedupe, lead_uid, message_uid, kind, channel, recipient, recipient_key, lane,
                 endpoint_id, state, reason, payload_n, after_s, wanted),
           lateral (select p.wanted and p.lane <> all (array(select s.lane from sender_pause s where s.until > now()))) as o (ours)
     order by p.business_id, p.uid
        on conflict (business_id, dedupe) do nothing
    returning uid, state
)
select uid from made where state = 'sending'

-- name: digest
-- One digest a member and span of time: the first lead makes it, the others join it while it waits. $8 new leads, $10
-- leads that answered; the lists end at 200, the counts do not.
insert into delivery as d (business_id, uid, dedupe, kind, channel, recipient, recipient_key, lane, payload, due_at)
values ($1, $2, $3, 'digest', 'email', $4, $5, $6,
        jsonb_build_object('staff_uid', $7::text, 'lead_uids', $8::jsonb, 'count', jsonb_array_length($8::jsonb),
                           'answered_uids', $10::jsonb, 'answers', jsonb_array_length($10::jsonb)),
        now() + make_interval(secs => $9))
    on conflict (business_id, dedupe) do update
   set payload = d.payload || jsonb_build_object(
           'lead_uids', case when jsonb_array_length(d.payload -> 'lead_uids') >= 200 then d.payload -> 'lead_uids'
                             else (d.payload -> 'lead_uids') || $8::jsonb end,
           'count', (d.payload ->> 'count')::int + jsonb_array_length($8::jsonb),
           'answered_uids', case when jsonb_array_length(coalesce(d.payload -> 'answered_uids', '[]')) >= 200
                                 then d.payload -> 'answered_uids'
                                 else coalesce(d.payload -> 'answered_uids', '[]') || $10::jsonb end,
           'answers', coalesce((d.payload ->> 'answers')::int, 0) + jsonb_array_length($10::jsonb))
