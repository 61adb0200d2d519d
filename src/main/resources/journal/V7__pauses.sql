-- A pause that an operator asked for is a row beside that of a restored log, which has none of these. Nothing is in doubt
-- by it: its since is 0, also for a version that knows only of restored logs.
alter table pause add column paused_at bigint;
alter table pause add column paused_by text;
alter table pause add column why       text;
