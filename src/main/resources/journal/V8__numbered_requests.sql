-- Which of its caller's requests it was: two of these numbers tell how many there were in between, which to count anew at
-- each request cost what was counted. All that were accepted together have one. Versions before this write none.
alter table generation add column nth bigint;

create index generation_by_nth on generation (caller, nth, created_at);
