-- One row a generation: what was asked, and the columns that queries need. All else is in its events.
create table generation (
    id           text   not null primary key,
    caller       text   not null,
    request      text   not null,
    priority     text   not null,
    status       text   not null,
    sequence     bigint not null,
    epoch        bigint not null,
    owner        text,
    upstream_id  text,
    withdrawn    integer not null default 0,
    created_at   bigint not null,
    wait_until   bigint not null,
    finished_at  bigint
);

create index generation_by_caller on generation (caller, id);
create index generation_by_upstream_id on generation (upstream_id) where upstream_id is not null;
-- The queue and what is under way are queries; these indexes hold only the rows those ask for.
create index generation_queued on generation (id) where status = 'queued';
create index generation_wait on generation (wait_until) where status = 'queued';
create index generation_under_way on generation (status) where status in ('submitting', 'processing', 'overdue');

create table event (
    generation text   not null,
    sequence   bigint not null,
    at         bigint not null,
    status     text   not null,
    body       text   not null,
    primary key (generation, sequence)
);

-- Answers to submits, insert only and guarded by nothing: an answer that cost money outlives every fence.
create table receipt (
    generation        text   not null,
    at                bigint not null,
    upstream_id       text,
    credits_used      bigint,
    credits_remaining bigint,
    answer            text   not null
);

create index receipt_by_generation on receipt (generation);
