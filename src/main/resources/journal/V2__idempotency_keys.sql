-- Which body a caller bound to which key, and what came of it. That a key is free again when its generation ended without
-- credits is not stored: it is read off the generation.
create table idempotency_key (
    caller      text   not null,
    path        text   not null,
    key         text   not null,
    fingerprint text   not null,
    generation  text   not null,
    bound_at    bigint not null,
    primary key (caller, path, key)
);

create index idempotency_key_by_time on idempotency_key (bound_at);
create index generation_by_ending on generation (finished_at) where finished_at is not null;
