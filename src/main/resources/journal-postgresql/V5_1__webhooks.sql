alter table delivery
    alter column generation   type text collate "C",
    alter column caller       type text collate "C",
    alter column host         type text collate "C",
    alter column url          type text collate "C",
    alter column state        type text collate "C",
    alter column last_attempt type text collate "C";
