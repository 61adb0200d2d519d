-- What the claim, the quotas and the estimates ask of a generation. Each has a default that is true enough of rows which
-- an older version writes while it runs beside this one.
alter table generation add column batch           text;
alter table generation add column model           text;
alter table generation add column weight          double precision not null default 1;
alter table generation add column expected_millis bigint not null default 20000;
alter table generation add column credits         bigint not null default 1;
alter table generation add column accepted_at     bigint;

create index generation_by_batch on generation (batch, id) where batch is not null;
-- The claim looks at the head of each caller's line, whatever stands behind it.
create index generation_in_line on generation (caller, priority, id) where status = 'queued';
create index generation_by_quota on generation (caller, created_at, credits);
create index generation_by_duration on generation (model, finished_at) where status = 'completed';

-- How far the line has moved, and up to where each caller has had its share of it: virtual seconds of a task's place.
create table line (
    position double precision not null
);
insert into line (position) values (0);

create table share (
    caller   text not null primary key,
    had_upto double precision not null
);

-- The learnt number of tasks in flight: one row once anything is learnt.
create table learnt_limit (
    tasks      integer not null,
    filled     integer not null,
    rising     integer not null,
    lowered_at bigint  not null,
    tried_at   bigint  not null
);
