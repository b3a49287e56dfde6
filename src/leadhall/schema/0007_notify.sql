-- By whom mail and texts leave, what would have left where nothing is configured, and the links and codes people press.

-- A sender: a directory's (business_id 0), a business's, or the installation's DKIM key (both 0). What is missing here
-- comes from the parent; the installation's account stands in the environment.
create table sender_profile (
    business_id   bigint not null default 0,
    directory_id  bigint not null default 0,
    channel       text not null check (channel in ('email', 'sms')),
    settings      jsonb not null default '{}',         -- host, from, selector, number …: nothing secret
    sealed        bytea,                               -- password, auth token, DKIM key: JSON under the instance key
    checks        jsonb not null default '[]',         -- what `leadhall sender check` found last
    checked_at    timestamptz,
    verified_at   timestamptz,                         -- mail: the domain shows our DKIM key; else the parent's From is used
    updated_at    timestamptz not null default now(),
    primary key (business_id, directory_id, channel)
);

-- Mail and texts that were not sent because nothing to send by is configured, or the lead is a test.
create table captured (
    business_id   bigint not null default 0,
    uid           text collate "C" not null,
    at            timestamptz not null default now(),
    channel       text not null check (channel in ('email', 'sms')),
    kind          text not null,
    sender        text not null,
    recipient     text not null,
    subject       text,
    text          text not null,
    html          text,
    message       bytea,                               -- mail: as it would have left
    lead_uid      text collate "C",
    delivery_uid  text collate "C",
    because       text not null,                       -- not_configured | test
    primary key (business_id, uid)
);

-- A link in a mail: shown by GET, used once by POST, bound to whom it was mailed to.
create table mail_link (
    business_id       bigint not null default 0,
    hash              bytea not null,                  -- SHA-256 of what stands in the link
    act               text not null,                   -- verify_email | answered | stop_mail
    user_id           bigint,
    staff_uid         text collate "C",
    conversation_uid  text collate "C",
    address           text,                            -- where it was mailed to
    created_at        timestamptz not null default now(),
    expires_at        timestamptz not null,
    used_at           timestamptz,
    primary key (business_id, hash)
);
create index mail_link_expires on mail_link (expires_at);

-- A staff member's number is theirs once they typed the code that was texted to it.
create table phone_check (
    business_id  bigint not null,
    staff_uid    text collate "C" not null,
    number       text collate "C" not null,            -- E.164
    code_mark    bytea,                                -- HMAC; null once it was right
    asked_at     timestamptz not null default now(),
    asked_today  int not null default 1,
    tries        int not null default 0,
    expires_at   timestamptz,
    verified_at  timestamptz,
    primary key (business_id, staff_uid)
);
