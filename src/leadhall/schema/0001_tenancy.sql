-- Who there is: directories (agencies), their businesses, the people who serve them, apps, and tokens.
-- These tables stay small; everything that grows hangs on business.id, which is handed out here.

create table directory (
    id          bigint generated always as identity primary key,
    uid         text collate "C" not null unique,
    name        text not null,
    settings    jsonb not null default '{}',          -- branding and the like
    created_at  timestamptz not null default now()
);

create table business (
    id               bigint generated always as identity primary key,  -- 0 stands for "no business"
    uid              text collate "C" not null unique,
    directory_id     bigint not null references directory,
    name             text not null,
    email            text,
    phone            text,
    address          text,
    website_url      text,
    country          text not null default 'US',       -- ISO 3166-1 alpha-2: the region of phones without a +
    time_zone        text not null default 'UTC',      -- IANA name
    locale           text not null default 'en',
    currency         text not null default 'USD',      -- ISO 4217
    repeat_window_s  int  not null default 30 check (repeat_window_s between 0 and 86400),
    status_labels    jsonb not null default '{}',      -- status -> the owner's word for it, where it differs
    owner_staff_uid  text collate "C",
    settings         jsonb not null default '{}',
    created_at       timestamptz not null default now(),
    updated_at       timestamptz not null default now(),
    closed_at        timestamptz
);
create index business_of_directory on business (directory_id, id);

-- One namespace a directory: uid, nickname (= external id) and external reference id, compared in lower case.
-- A freed name stays reserved for 90 days, so that nobody inherits another's leads. One name may serve a business
-- in several ways: importers send the same word as nickname and as external reference id.
create table business_name (
    directory_id  bigint not null references directory,
    name          text collate "C" not null,           -- as compared: NFC, trimmed, lower case (in Python)
    spelled       text not null,                       -- as given
    kinds         text[] not null check (kinds <> '{}' and kinds <@ '{uid,nickname,external_reference_id}'),
    business_id   bigint not null references business,
    freed_at      timestamptz,
    primary key (directory_id, name)
);
create index business_name_of on business_name (business_id);

-- A user is a login; staff is membership in a business. One person may serve many.
create table app_user (
    id                 bigint generated always as identity primary key,
    uid                text collate "C" not null unique,
    email              text not null,
    email_key          text collate "C" not null unique,
    email_verified_at  timestamptz,
    first_name         text,
    last_name          text,
    phone              text,
    password_hash      text,
    locale             text,
    created_at         timestamptz not null default now(),
    disabled_at        timestamptz
);

create table directory_admin (
    directory_id  bigint not null references directory,
    user_id       bigint not null references app_user,
    created_at    timestamptz not null default now(),
    primary key (directory_id, user_id)
);

create table staff (
    business_id         bigint not null references business,
    uid                 text collate "C" not null,
    user_id             bigint not null references app_user,
    role                text not null check (role in ('owner', 'admin', 'manager', 'marketing', 'collaborator', 'user')),
    display_name        text not null,
    professional_title  text,
    mobile_number       text,
    preferences         jsonb not null default '{}',
    invite_sent_at      timestamptz,
    created_at          timestamptz not null default now(),
    deleted_at          timestamptz,
    primary key (business_id, uid),
    unique (business_id, user_id)
);
create unique index staff_uid on staff (uid);

create table app (
    id                  bigint generated always as identity primary key,
    uid                 text collate "C" not null unique,
    directory_id        bigint not null references directory,
    name                text not null,
    code_name           text collate "C" unique,
    client_id           text collate "C" not null unique,
    client_secret_hash  bytea not null,
    redirect_uri        text,
    scopes              text[] not null default '{}',
    app_type            text[] not null default '{}',
    trusted             boolean not null default false,
    created_at          timestamptz not null default now()
);

create table app_installation (
    business_id     bigint not null references business,
    app_id          bigint not null references app,
    installed_at    timestamptz not null default now(),
    uninstalled_at  timestamptz,
    primary key (business_id, app_id)
);

-- A secret is shown once and kept as its SHA-256. `principal` survives rotation: it scopes idempotency and limits.
create table token (
    hash              bytea primary key,
    uid               text collate "C" not null unique,   -- also the jti of JWTs that stand for it
    principal         text collate "C" not null,
    kind              text not null check (kind in ('staff', 'app', 'directory', 'client')),
    label             text not null default '',
    hint              text not null default '',           -- prefix and last four, for listings
    directory_id      bigint not null references directory,
    business_id       bigint references business,         -- staff, client: always; app: when issued for one
    staff_uid         text collate "C",
    app_id            bigint references app,
    client_uid        text collate "C",
    scopes            text[] not null,
    only_businesses   bigint[],                           -- null: all that the kind may reach
    cidrs             cidr[],                             -- null: from anywhere
    mode              text not null default 'live' check (mode in ('live', 'test')),
    rate_per_s        real,                               -- null: the instance's; 0: unlimited
    burst             int,
    issued_by         text collate "C",                   -- principal of the token that made it
    created_at        timestamptz not null default now(),
    expires_at        timestamptz,
    revoked_at        timestamptz,
    last_used_at      timestamptz,
    told_dead_at      timestamptz                         -- when its business last heard that a dead token is still in use
);
create index token_of_directory on token (directory_id, uid);
create index token_of_principal on token (principal);

-- A public key for one business's form: it may only write, from the origins listed.
create table form_key (
    hash         bytea primary key,
    uid          text collate "C" not null unique,
    business_id  bigint not null references business,
    key          text not null,                           -- public by nature: it stands in the page's source
    label        text not null default '',
    origins      text[] not null default '{}',
    settings     jsonb not null default '{}',
    created_at   timestamptz not null default now(),
    revoked_at   timestamptz
);
create index form_key_of on form_key (business_id);

-- What the whole installation knows of itself: public_url, sending_off, first_dispatch_at …
create table instance_setting (
    name        text primary key,
    value       jsonb not null,
    updated_at  timestamptz not null default now()
);

-- Who did what to whom, for acts of people and operators (tokens made, suppressions lifted, data erased).
create table audit (
    business_id  bigint not null default 0,
    uid          text collate "C" not null,
    at           timestamptz not null default now(),
    actor        text not null,
    act          text not null,
    subject      text not null,
    facts        jsonb not null default '{}',
    primary key (business_id, uid)
);
