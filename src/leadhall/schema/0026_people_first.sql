-- People are told at once; subscribers wait in the outbox, by the same order, until the sender has room for their calls.

alter table outbox add column people_told boolean not null default false;

drop index outbox_due;
create index outbox_due on outbox (people_told, due_at) where dead_at is null;
