alter table secret
    alter column name  type text collate "C",
    alter column value type text collate "C";
