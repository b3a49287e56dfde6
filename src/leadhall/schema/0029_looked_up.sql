-- What was looked for by reading every client of a business is looked up now. A lead with a number that can be read enters
-- none of these.

-- A phone that is no number we can read: found as it is written. Only its beginning is kept here, for it may be long.
create index client_odd_phone on client (business_id, left(phone, 80)) where phone_e164 is null and phone is not null;

-- Open pairs, the last seen first, and by the second of the two; the first begins the primary key.
create index suspected_pair_open on suspected_pair (business_id, last_at) where settled_at is null;
create index suspected_pair_of_other on suspected_pair (business_id, b_uid) where settled_at is null;
