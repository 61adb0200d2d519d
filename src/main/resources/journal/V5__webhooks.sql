-- One row for each ending that its caller wants to be told of, written in the transaction that ends the generation. Who sends
-- it moves next_at on before: so one of several replicas does, and what a crash cut off is sent again.
create table delivery (
    generation   text   not null,
    sequence     bigint not null,
    caller       text   not null,
    host         text   not null,
    url          text   not null,
    state        text   not null,
    ended_at     bigint not null,
    attempts     integer not null default 0,
    last_attempt text,
    next_at      bigint,
    delivered_at bigint,
    primary key (generation, sequence)
);

create index delivery_due on delivery (next_at) where state = 'pending';
