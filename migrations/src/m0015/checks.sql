-- All postings of an entry come in one statement: they are numbered without a gap, so none can follow later, and
-- they sum to zero in each currency. One pass finds out that nothing can be wrong; only otherwise is it looked
-- into what is, because the lines of an entry in two currencies are numbered through both.
CREATE OR REPLACE FUNCTION entries_balance() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  bad uuid;
BEGIN
  SELECT p.entry_id INTO bad FROM new_postings p
  GROUP BY p.entry_id, p.currency HAVING sum_minor(p.amount) <> 0 OR count(*) <> max(p.line) LIMIT 1;
  IF bad IS NULL THEN
    RETURN NULL;
  END IF;
  SELECT p.entry_id INTO bad FROM new_postings p
  GROUP BY p.entry_id, p.currency HAVING sum(p.amount) <> 0 LIMIT 1;
  IF bad IS NOT NULL THEN
    RAISE EXCEPTION 'entry % does not balance', bad USING ERRCODE = 'LR002';
  END IF;
  SELECT p.entry_id INTO bad FROM new_postings p
  GROUP BY p.entry_id HAVING count(*) <> max(p.line) LIMIT 1;
  IF bad IS NOT NULL THEN
    RAISE EXCEPTION 'entry % does not have the postings it was made with', bad USING ERRCODE = 'LR003';
  END IF;
  RETURN NULL;
END
$$;

-- An entry comes with all its postings, or not at all; and what it reverses is there.
CREATE OR REPLACE FUNCTION entries_are_whole() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  bad uuid;
BEGIN
  SELECT e.id INTO bad FROM new_entries e
  WHERE (SELECT p.line FROM postings p WHERE p.entry_id = e.id AND p.line = e.lines) IS NULL
     OR (e.reverses IS NOT NULL AND (SELECT r.id FROM journal_entries r WHERE r.id = e.reverses) IS NULL)
  LIMIT 1;
  IF bad IS NOT NULL THEN
    RAISE EXCEPTION 'entry % does not have the postings it was made with', bad USING ERRCODE = 'LR003';
  END IF;
  RETURN NULL;
END
$$;
