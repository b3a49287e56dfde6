-- A second factor of people who sign in: asked for after the password or the link, by whom it was set up.

create table second_factor (
    user_id       bigint primary key references app_user (id),
    sealed        bytea not null,          -- the key of the codes, encrypted with the instance key
    created_at    timestamptz not null default now(),
    confirmed_at  timestamptz,             -- asked for from then on; null while it is being set up
    last_step     bigint not null default 0  -- 30 s step of the last code that was taken: none is taken twice
);

-- For the day the telephone is lost. Each lets in once.
create table recovery_code (
    user_id  bigint not null references app_user (id),
    hash     bytea not null,
    used_at  timestamptz,
    primary key (user_id, hash)
);
