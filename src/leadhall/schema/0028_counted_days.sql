-- Figures of a large business over months: its busy days are counted beforehand, by the worker. What is not counted is
-- read from the conversations themselves, so that figures are right whether the worker has been here or not.

create table counted_day (
    business_id  bigint not null,
    first_uid    text collate "C" not null,            -- the day as a span of uids: from this one …
    until_uid    text collate "C" not null,            -- … up to this, which is the next day's
    day          date not null,
    time_zone    text not null,                        -- in which it is a day
    due_at       timestamptz default now(),            -- since when it is to be counted; null: it is
    answered     int not null default 0,
    sources      text[] not null default '{}',         -- null among them: no source named; '': all others together
    leads        int[] not null default '{}',          -- of each source
    waits_s      int[] not null default '{}',          -- seconds to the first answer, and how often
    times        int[] not null default '{}',
    primary key (business_id, first_uid)
);
create index counted_day_due on counted_day (due_at) where due_at is not null;

-- Up to which day, and in which zone, busy days of a business were looked for.
create table counted_to (
    business_id  bigint primary key,
    day          date not null,
    time_zone    text not null
);

-- A lead of a counted day that is answered late, or turns out to be spam, or is erased: the day is counted anew. Until
-- then it is read as one that was never counted.
create function count_day_anew() returns trigger language plpgsql security definer set search_path from current as $$
begin
    update counted_day
       set due_at = now()
     where business_id = old.business_id and due_at is null and until_uid > old.uid
       and first_uid = (select max(first_uid) from counted_day where business_id = old.business_id and first_uid <= old.uid);
    return null;
end $$;
create trigger counted_otherwise after update of first_answered_at, spam_at, is_test on conversation for each row
    when (old.first_answered_at is distinct from new.first_answered_at or old.is_test <> new.is_test
          or (old.spam_at is null) <> (new.spam_at is null))
    execute function count_day_anew();
create trigger counted_no_more after delete on conversation for each row execute function count_day_anew();
