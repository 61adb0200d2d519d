alter table pause
    alter column paused_by type text collate "C",
    alter column why       type text collate "C";
