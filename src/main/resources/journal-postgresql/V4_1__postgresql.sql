-- What only PostgreSQL needs. Ids sort by their bytes, whatever the database's own collation is: the line, the lists and
-- the pages go by that order.
alter table generation
    alter column id          type text collate "C",
    alter column caller      type text collate "C",
    alter column priority    type text collate "C",
    alter column status      type text collate "C",
    alter column owner       type text collate "C",
    alter column held_by     type text collate "C",
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
