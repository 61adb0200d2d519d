-- What only PostgreSQL needs. Ids sort by their bytes, whatever the database's own collation is: the line, the lists and
-- the pages go by that order.
alter table generation
    alter column id          type text collate "C",
    alter column caller      type text collate "C",
    alter column priority    type text collate "C",
    alter column status      type text collate "C",
    alter column owner       type text collate "C",
    alter column upstream_id type text collate "C",
    alter column batch       type text collate "C",
    alter column model       type text collate "C";
alter table event
    alter column generation type text collate "C",
    alter column status     type text collate "C";
alter table receipt
    alter column generation  type text collate "C",
    alter column upstream_id type text collate "C";
alter table idempotency_key
    alter column caller     type text collate "C",
    alter column path       type text collate "C",
    alter column key        type text collate "C",
    alter column generation type text collate "C";
alter table share
    alter column caller type text collate "C";
alter table replica
    alter column id type text collate "C";

-- Every recorded event is told to all replicas when it is committed: which, where in its log, what, and who recorded it.
create function tell_of_event() returns trigger language plpgsql as $$
begin
    perform pg_notify('sluice', concat_ws(' ', new.generation, new.sequence, new.status,
                                          current_setting('application_name')));
    return null;
end $$;
create trigger event_is_told after insert on event for each row execute function tell_of_event();
