-- Coming in: a sign-in works for one business at a time, and its user may choose another.

alter table session add column business_id bigint references business;

-- How many links to sign in somebody was mailed lately.
create index mail_link_entries on mail_link (user_id, created_at) where act = 'sign_in';
