//! Gives the journal the form that the set-based engine needs.
//!
//! - A posting knows its line and its time: `(entry, line)` is its key, and one index serves the
//!   feed, the running balance and the balance at any past moment.
//! - Foreign keys that were checked row by row, with a lock on the parent each time, become checks over a
//!   whole statement (the triggers below), or of the engine under its locks; the regular check of the books looks for
//!   anything that slipped through both.
//! - What a posting must look at while it holds its locks (status, currency) stands with the balance.
//! - An entry carries the key of the request that made it: unique, so that no request posts twice.

crate::sql_migration!("m0009_ledger_form");

const UP: &str = r"
ALTER TABLE balances
  ADD COLUMN status text NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'blocked', 'closed')),
  ADD COLUMN currency text,
  -- When it was last posted to: the times of one account's postings never go back.
  ADD COLUMN moved_at timestamptz NOT NULL DEFAULT '-infinity';
UPDATE balances b SET currency = a.currency, status = a.status
FROM ledger_accounts a WHERE a.id = b.ledger_account_id;
ALTER TABLE balances ALTER COLUMN currency SET NOT NULL;
ALTER TABLE ledger_accounts DROP COLUMN status;

-- History is given its lines and times once, by the owner, before anything can refuse it.
ALTER TABLE postings DISABLE TRIGGER postings_stay;
ALTER TABLE postings ADD COLUMN line smallint, ADD COLUMN at timestamptz;
UPDATE postings p SET line = n.line, at = e.created_at
FROM (SELECT id, row_number() OVER (PARTITION BY entry_id ORDER BY id) AS line FROM postings) n, journal_entries e
WHERE n.id = p.id AND e.id = p.entry_id;
UPDATE balances b SET moved_at = p.at
FROM (SELECT ledger_account_id, max(at) AS at FROM postings GROUP BY 1) p
WHERE p.ledger_account_id = b.ledger_account_id;
ALTER TABLE postings ENABLE TRIGGER postings_stay;

ALTER TABLE postings
  ALTER COLUMN line SET NOT NULL,
  ALTER COLUMN at SET NOT NULL,
  DROP CONSTRAINT postings_pkey,
  DROP CONSTRAINT postings_entry_id_fkey,
  DROP CONSTRAINT postings_ledger_account_id_currency_fkey,
  ADD PRIMARY KEY (entry_id, line),
  ADD CHECK (line > 0);
DROP INDEX postings_by_entry, postings_by_account;
CREATE INDEX postings_by_account ON postings (ledger_account_id, at DESC, id DESC);

ALTER TABLE journal_entries
  ADD COLUMN request_key uuid,
  ADD COLUMN request_hash bytea CHECK (length(request_hash) = 32),
  ADD CHECK ((request_key IS NULL) = (request_hash IS NULL)),
  DROP CONSTRAINT journal_entries_reverses_key,
  DROP CONSTRAINT journal_entries_reverses_fkey;
CREATE UNIQUE INDEX journal_entries_reverses_key ON journal_entries (reverses) WHERE reverses IS NOT NULL;
CREATE UNIQUE INDEX journal_entries_request_key ON journal_entries (request_key) WHERE request_key IS NOT NULL;

DROP TRIGGER journal_entries_whole ON journal_entries;
DROP FUNCTION entry_is_whole();

-- All postings of an entry come in one statement: they are numbered without a gap, so none can follow later, and
-- they sum to zero in each currency.
CREATE OR REPLACE FUNCTION entries_balance() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  bad uuid;
BEGIN
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
CREATE FUNCTION entries_are_whole() RETURNS trigger LANGUAGE plpgsql
SET enable_seqscan = off SET enable_nestloop = off SET enable_mergejoin = off SET jit = off AS $$
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
CREATE TRIGGER journal_entries_whole AFTER INSERT ON journal_entries
  REFERENCING NEW TABLE AS new_entries
  FOR EACH STATEMENT EXECUTE FUNCTION entries_are_whole();

-- The outbox is a queue: what is delivered leaves it, so its key alone finds what waits.
ALTER TABLE outbox DROP CONSTRAINT outbox_customer_id_fkey;
DROP INDEX outbox_waiting;

CREATE OR REPLACE FUNCTION ledger_open_account(p_code text, p_class text, p_currency text, p_name text, p_floor bigint)
RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  new_id bigint;
BEGIN
  INSERT INTO ledger_accounts (code, class, currency, name)
  VALUES (p_code, p_class, p_currency, p_name)
  RETURNING id INTO new_id;
  INSERT INTO balances (ledger_account_id, currency, floor) VALUES (new_id, p_currency, p_floor);
  RETURN new_id;
END
$$;

-- What a customer has sent to others, for the limits: read and written under the locks of a posting.
CREATE TABLE sent_usage (
  customer_id uuid NOT NULL,
  currency text NOT NULL,
  day date NOT NULL,
  sent bigint NOT NULL CHECK (sent >= 0),
  -- An hour begins with its first payment.
  hour_from timestamptz NOT NULL,
  hour_count integer NOT NULL CHECK (hour_count >= 0),
  PRIMARY KEY (customer_id, currency)
) WITH (fillfactor = 50);
GRANT SELECT ON sent_usage TO larch_app;

-- Whom a customer has paid with their own yes.
CREATE TABLE paid_payees (
  customer_id uuid NOT NULL,
  iban text NOT NULL,
  PRIMARY KEY (customer_id, iban)
);
INSERT INTO paid_payees
SELECT DISTINCT a.customer_id, p.counterparty_iban
FROM accounts a JOIN postings p ON p.ledger_account_id = a.ledger_account_id
WHERE p.amount < 0 AND p.counterparty_iban IS NOT NULL;
GRANT SELECT, INSERT ON paid_payees TO larch_app;

-- Until when the books are closed: nothing is booked or valued on that day or before.
CREATE TABLE books_closed (
  singleton boolean PRIMARY KEY DEFAULT true CHECK (singleton),
  until date NOT NULL
);
INSERT INTO books_closed (until) VALUES ('-infinity');
CREATE FUNCTION books_stay_closed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.until < OLD.until THEN
    RAISE EXCEPTION 'the books are closed until % and do not open again', OLD.until USING ERRCODE = 'LR008';
  ELSIF NEW.until > (SELECT business_date FROM bank_day) THEN
    RAISE EXCEPTION 'the day % has not come', NEW.until USING ERRCODE = 'LR010';
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER books_closed_stay BEFORE UPDATE ON books_closed FOR EACH ROW EXECUTE FUNCTION books_stay_closed();
CREATE TRIGGER books_closed_remain BEFORE DELETE ON books_closed FOR EACH ROW EXECUTE FUNCTION refuse_change();
GRANT SELECT, UPDATE ON books_closed TO larch_app;

-- Tokens for programs: made by a user, kept as hashes.
CREATE TABLE api_tokens (
  id uuid PRIMARY KEY,
  user_id uuid NOT NULL REFERENCES users (id),
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 70),
  token_hash bytea NOT NULL UNIQUE CHECK (length(token_hash) = 32),
  -- Its last characters, to tell it from others.
  hint text NOT NULL CHECK (length(hint) = 4),
  -- The most that one payment may be; a token without it reads only.
  pay_up_to bigint CHECK (pay_up_to > 0),
  pay_currency text,
  -- Whom it may pay without asking; everybody when empty.
  payees text[] NOT NULL DEFAULT '{}',
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  last_used_at timestamptz,
  revoked_at timestamptz,
  CHECK ((pay_up_to IS NULL) = (pay_currency IS NULL))
);
CREATE INDEX api_tokens_by_user ON api_tokens (user_id);
GRANT SELECT, INSERT, UPDATE (last_used_at, revoked_at) ON api_tokens TO larch_app;
";
