-- A planner who last saw a table of a few rows takes any index that begins with the business for as good as the primary
-- key, and then reads all of a business for each client that is looked up. A partial index answers only those who ask for
-- the time of a change, which is never null.
drop index client_updated;
create index client_updated on client (business_id, updated_at) where updated_at is not null;
