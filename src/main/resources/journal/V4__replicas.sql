-- Who writes to this log beside others, and up to when each of them may still act, by the database's clock. 0: it has given
-- back what it owned. An embedded log has one writer and no rows here.
create table replica (
    id          text   not null primary key,
    started_at  bigint not null,
    lease_until bigint not null
);

-- One row while nothing may be submitted, since the log was restored from a backup: what was queued by then may have been
-- submitted after the backup was taken.
create table pause (
    since bigint not null
);
