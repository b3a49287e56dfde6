-- What a logged request came with and what it was answered, beside its body: bounded, and without secrets.

alter table request_log
    add column headers     text,                           -- `name: value` a line; a last line `…` when more came
    add column answer      bytea,                          -- its start; of a lead none: that is rendered from its facts
    add column answer_type text,
    add column answer_cut  boolean not null default false; -- more went out than is kept
