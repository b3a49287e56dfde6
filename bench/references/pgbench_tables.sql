-- One lead a commit, no HTTP, no application: one prepared statement a table, for pgbench -M prepared.
-- :start is a number that grows from run to run (milliseconds x 1000), so that ids are distinct and grow with time.
\set n :n + 1
\set k :start + :n * 256 + :client_id
\set area random(201, 989)
\set line random(2000000, 9999999)
begin;
insert into client_key (business_id, kind, key, client_uid)
values (1, 'email', 'genas.kalion.' || :k::text || '@mail1.example', :k::text) on conflict do nothing;
insert into client (business_id, uid, first_name, last_name, email, phone, phone_e164, address, tags, source, source_url, message_count)
values (1, :k::text, 'Genas', 'Kalion', 'genas.kalion.' || :k::text || '@mail1.example', '+1 ' || :area::text || ' ' || :line::text, '+1' || :area::text || :line::text, '68 Canis St, Oakland, CA', '{website,autumn}', 'Website', 'https://example.com/contact', 1);
insert into conversation (business_id, uid, client_uid, title, source, source_url, business_unread, last_client_action)
values (1, :k::text, :k::text, 'Kitchen renovation', 'Website', 'https://example.com/contact', 1, 'message');
insert into message (business_id, conversation_uid, uid, client_uid, revision, direction, kind, parts)
values (1, :k::text, :k::text, :k::text, 1, 'client_to_business', 'api', ('[{"kind":"system","text":"From the autumn campaign: https://example.com/campaigns/autumn"},{"kind":"request","fields":[["Budget","15,000"],["Preferred date","2026-12-04"],["Tell Us About Your Project","' || :k::text || ' kitchen evening balcony door office like evening new holidays bathroom the thanks broken three about window rooms winter please roof thanks new two and two for next flexible would"]]},{"kind":"message","fields":[["Referrer","autumn campaign"]]}]')::jsonb);
insert into lead (business_id, conversation_uid, client_uid, message_uid, request_uid, token_uid, operation, verdict, contact, facts)
values (1, :k::text, :k::text, :k::text, :k::text, '0123456789abcdef', 'leadgen', 'accepted', ('{"first_name":"Genas","last_name":"Kalion","email":"genas.kalion.' || :k::text || '@mail1.example","phone":"+1 ' || :area::text || ' ' || :line::text || '","phone_e164":"+1' || :area::text || :line::text || '","address":"68 Canis St, Oakland, CA"}')::jsonb, '{"by":"email","created": true,"reader": true,"notifications":["auto-reply","email"]}'::jsonb);
insert into outbox (business_id, uid, kind, facts)
values (1, :k::text, 'lead', ('{"events":["lead/created","client/created","conversation_item/created","tag/add","tag/add"],"client_uid":"' || :k::text || '","client_revision": 1,"notifications":["auto-reply","email"],"is_test": false}')::jsonb);
insert into request_log (business_id, uid, token_uid, operation, status, verdict, lead_uid, user_agent, ip, duration_us, content_type, body, email_mark, phone_mark)
values (1, :k::text, '0123456789abcdef', 'leadgen', 201, 'accepted', :k::text, 'bench', '127.0.0.1', 250, 'application/json', convert_to('{"identifier_type":"email","email":"genas.kalion.' || :k::text || '@mail1.example","first_name":"Genas","last_name":"Kalion","phone":"+1 819 6859516","address":"68 Canis St, Oakland, CA","request_title":"Kitchen renovation","request_data":{"Budget":"15,000","Preferred date":"2026-12-04","Tell Us About Your Project":"kitchen evening balcony door office like evening new holidays bathroom the thanks broken three about window rooms winter please roof thanks new two and two for next flexible would"},"message_data":{"Referrer":"autumn campaign"},"system_message":"From the autumn campaign: https://example.com/campaigns/autumn","source":"Website","source_url":"https://example.com/contact","tags":"website, autumn","notifications":"auto-reply,email"}', 'UTF8'), decode(md5(:k::text), 'hex'), decode(md5(:line::text), 'hex'));
commit;
