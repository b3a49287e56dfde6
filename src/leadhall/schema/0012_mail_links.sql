-- A link is found by what stands in it, whoever it was made for.
create unique index mail_link_hash on mail_link (hash);
-- Who was asked to confirm an address lately.
create index mail_link_of_user on mail_link (business_id, user_id, created_at) where act = 'verify_email';
