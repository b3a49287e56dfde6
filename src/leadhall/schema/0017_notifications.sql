-- Notices of apps and directories to the staff of a business: their templates, and each one that was sent.

create table notification_template (
    business_id            bigint not null,
    uid                    text collate "C" not null,
    code_name              text collate "C" not null,
    title                  jsonb not null,             -- [{locale, value}]
    description            jsonb not null,
    category               text not null,
    configurable_by_staff  boolean not null,
    trigger_type           text not null default 'system',
    delivery_channels      text[] not null,            -- push | pane | email | sms
    content                jsonb not null,             -- staff_portal, email, sms (notify/templates/content.py)
    made_by                text not null,              -- principal
    created_at             timestamptz not null default now(),
    updated_at             timestamptz not null default now(),
    primary key (business_id, uid),
    unique (business_id, code_name)
);

-- What it says is settled when it is made: a template that changes later changes nothing that was sent.
create table staff_notification (
    business_id             bigint not null,
    uid                     text collate "C" not null,
    staff_uid               text collate "C" not null,
    template_code_name      text collate "C" not null,
    locale                  text not null,
    params                  jsonb not null,
    delivery_channels       text[] not null,
    content                 jsonb not null,            -- in its locale, params filled in
    made_by                 text not null,
    created_at              timestamptz not null default now(),
    read_at                 timestamptz,               -- in the inbox
    primary key (business_id, uid)
);
create index staff_notification_of_person on staff_notification (business_id, staff_uid, uid);
