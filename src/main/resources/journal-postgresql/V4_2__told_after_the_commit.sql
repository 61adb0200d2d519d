-- Each replica tells the others what it has committed, after the commit: transactions that notify commit one by one. An
-- older one beside it is heard no more, and found by those who look for themselves.
drop trigger event_is_told on event;
drop function tell_of_event();
