-- Lexemes of what is searched tell of what time it is, and an address is no word any more (search/words.py): all is read anew
-- by the worker, the newest first.
insert into search_due (business_id, kind, uid) select business_id, kind, uid from search_doc on conflict do nothing;
