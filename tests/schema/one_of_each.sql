-- A row in every table that hangs on a business, for the business BUSINESS and the directory DIRECTORY.
insert into directory_admin (directory_id, user_id)
    select DIRECTORY, user_id from staff where business_id = BUSINESS on conflict do nothing;
insert into audit (business_id, uid, actor, act, subject) values (BUSINESS, 'a', 'x', 'x', 'x');
insert into client (business_id, uid) values (BUSINESS, 'c');
insert into client_key (business_id, kind, key, client_uid) values (BUSINESS, 'email', 'a@b.example', 'c');
insert into card_field (business_id, id, label, label_key, type, position) values (BUSINESS, 'f', 'F', 'f', 'name', 1);
insert into suggestion (business_id, client_uid, field, value_hash, value, first_lead, last_lead, uid)
    values (BUSINESS, 'c', 'tags', 'x', 'x', 'l', 'l', 'g');
insert into suspected_pair (business_id, a_uid, b_uid, because) values (BUSINESS, 'a', 'b', 'email');
insert into consent (business_id, client_uid, uid, purpose, channel, value, act)
    values (BUSINESS, 'c', 'u', 'marketing', 'email', true, 'intake');
insert into card_change (business_id, client_uid, uid, field, actor) values (BUSINESS, 'c', 'u', 'f', 'x');
insert into client_merge (business_id, uid, kept_uid, merged_uid, actor, moved)
    values (BUSINESS, 'm', 'c', 'd', 'x', '{"changes": [], "keys": [], "into": [], "after": 0, "messages": 0}');
insert into client_note (business_id, uid, client_uid, content) values (BUSINESS, 'n', 'c', 'x');
insert into conversation (business_id, uid, client_uid, title) values (BUSINESS, 'v', 'c', 'T');
insert into lead (business_id, conversation_uid, client_uid, message_uid, request_uid, operation, verdict, contact, facts)
    values (BUSINESS, 'v', 'c', 'm', 'r', 'leadgen', 'accepted', '{}', '{}');
insert into message (business_id, conversation_uid, uid, client_uid, revision, direction)
    values (BUSINESS, 'v', 'm', 'c', 1, 'client_to_business');
insert into conversation_act (business_id, conversation_uid, uid, act) values (BUSINESS, 'v', 'a', 'archive');
insert into draft (business_id, conversation_uid, staff_uid, text) values (BUSINESS, 'v', 's', 'x');
insert into canned_reply (business_id, uid, title, text) values (BUSINESS, 'y', 'x', 'x');
insert into outbox (business_id, uid, kind, facts) values (BUSINESS, 'o', 'lead', '{}');
insert into delivery (business_id, uid, dedupe, kind, channel, recipient) values (BUSINESS, 'd', 'd', 'x', 'email', 'x');
insert into suppression (business_id, uid, channel, address, sender, reason)
    values (BUSINESS, 's', 'email', 'a@b.example', 'email -', 'refused');
insert into delivery_attempt (business_id, delivery_uid, n, outcome) values (BUSINESS, 'd', 1, 'sent');
insert into request_log (business_id, uid, operation, status, verdict) values (BUSINESS, 'r', 'leadgen', 201, 'accepted');
insert into counted_day (business_id, first_uid, until_uid, day, time_zone) values (BUSINESS, 'a', 'b', '2026-11-01', 'UTC');
insert into request_act (business_id, uid, request_uid, act, principal) values (BUSINESS, 'a', 'r', 'dismissed', 'p');
insert into idempotency (business_id, principal, operation, key, fingerprint, request_uid, status, until)
    values (BUSINESS, 'p', 'leadgen', 'k', 'x', 'r', 201, now());
insert into repeat (business_id, fingerprint, conversation_uid, until) values (BUSINESS, 'x', 'v', now());
insert into sender_profile (business_id, channel) values (BUSINESS, 'email');
insert into captured (business_id, uid, channel, kind, sender, recipient, text, because)
    values (BUSINESS, 'k', 'email', 'x', 'x', 'x', 'x', 'test');
insert into mail_link (business_id, hash, act, expires_at) values (BUSINESS, sha256('BUSINESS'), 'answered', now());
insert into phone_check (business_id, staff_uid, number) values (BUSINESS, 's', '+1');
insert into text_thread (business_id, ours, theirs, conversation_uid) values (BUSINESS, '+15005550006', '+14155550132', 'v');
insert into inbound (business_id, uid, channel, dedupe, sender, recipient, fate, text)
    values (BUSINESS, 'i', 'email', 'x', 'a@b.example', 'r@c.example', 'held', 'x');
insert into notification_template (business_id, uid, code_name, title, description, category, configurable_by_staff,
                                   delivery_channels, content, made_by)
    values (BUSINESS, 'n', 'visit_booked', '"x"', '"x"', 'account', true, '{pane}', '{"staff_portal": {"title": "x"}}', 'x');
insert into staff_notification (business_id, uid, staff_uid, template_code_name, locale, params, delivery_channels, content,
                                made_by)
    values (BUSINESS, 'p', 's', 'n', 'en', '{}', '{pane}', '{}', 'x');
insert into webhook_endpoint (business_id, directory_id, owner, url, made_by)
    values (BUSINESS, DIRECTORY, 'business', 'https://example.com/hook', 'p');
insert into webhook_subscription (business_id, directory_id, endpoint_id, entity, event_type)
    select business_id, directory_id, id, 'lead', 'created' from webhook_endpoint where business_id = BUSINESS;
insert into webhook_secret (business_id, directory_id, endpoint_id, uid, sealed)
    select business_id, directory_id, id, 'k' || id, 'x' from webhook_endpoint where business_id = BUSINESS;
insert into search_doc (business_id, kind, uid, words)
    values (BUSINESS, 'c', 'c', array_to_tsvector(array[BUSINESS || 'c#~']));
insert into search_due (business_id, kind, uid) values (BUSINESS, 'c', 'c');
insert into search_again (business_id, kind) values (BUSINESS, 'c');
insert into import_job (business_id, uid, source, mapping, sha256, actor, state)
    values (BUSINESS, 'i', 'cli', '{}', 'x', 'x', 'done');
insert into import_file (business_id, job_uid, content) values (BUSINESS, 'i', 'x');
insert into import_item (business_id, job_uid, n, state) values (BUSINESS, 'i', 1, 'created');
