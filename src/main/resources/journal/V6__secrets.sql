-- What a deployment makes up for itself, once for all replicas: what signs tickets for streams.
create table secret (
    name    text   not null primary key,
    value   text   not null,
    made_at bigint not null
);
