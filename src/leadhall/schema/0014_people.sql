-- People who sign in, and what they let apps do. Who works for a business is called there what they are called there:
-- a user may serve businesses of several directories, and none learns from another what they are called.

alter table staff add column first_name text;
alter table staff add column last_name text;
update staff s set first_name = u.first_name, last_name = u.last_name from app_user u where u.id = s.user_id;

-- A sign-in: kept as the SHA-256 of its secret, ended by idleness, by age, or on purpose.
create table session (
    hash        bytea primary key,
    uid         text collate "C" not null unique,
    user_id     bigint not null references app_user,
    user_agent  text,
    ip          inet,
    created_at  timestamptz not null default now(),
    seen_at     timestamptz not null default now(),
    revoked_at  timestamptz
);
create index session_of_user on session (user_id);

-- An authorization code: for one app, one business, one exchange, within ten minutes.
create table oauth_code (
    business_id     bigint not null references business,
    hash            bytea not null unique,
    app_id          bigint not null references app,
    user_id         bigint not null references app_user,
    staff_uid       text collate "C" not null,
    redirect_uri    text not null,
    scope           text not null default '',
    code_challenge  text,
    expires_at      timestamptz not null default now() + interval '10 minutes',
    used_at         timestamptz,
    primary key (business_id, hash)
);
