//! The journal: ledger accounts, entries, postings and cached balances, with the invariants that
//! the database keeps by itself, whatever the code above it does.
//!
//! Signs: a posting's amount is positive for a credit and negative for a debit. A customer's
//! account is the bank's liability, so its balance is positive when the customer has money.

crate::sql_migration!("m0002_ledger");

const UP: &str = r"
CREATE TABLE ledger_accounts (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  -- Internal accounts are found by their code; customers' accounts have none.
  code text,
  class text NOT NULL CHECK (class IN ('asset', 'liability', 'equity', 'income', 'expense')),
  currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
  name text NOT NULL,
  status text NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'closed')),
  UNIQUE (code, currency),
  UNIQUE (id, currency)
);

-- Rewritten in place with every posting: room on each page keeps the updates HOT.
CREATE TABLE balances (
  ledger_account_id bigint PRIMARY KEY REFERENCES ledger_accounts (id),
  booked bigint NOT NULL DEFAULT 0,
  held bigint NOT NULL DEFAULT 0 CHECK (held >= 0),
  -- What booked minus held may not fall under; none for internal accounts.
  floor bigint CHECK (floor <= 0),
  CONSTRAINT balance_keeps_its_floor CHECK (floor IS NULL OR booked - held >= floor)
) WITH (fillfactor = 50);

CREATE TABLE journal_entries (
  id uuid PRIMARY KEY,
  kind text NOT NULL,
  booking_date date NOT NULL,
  value_date date NOT NULL,
  created_at timestamptz NOT NULL,
  reference text NOT NULL DEFAULT '' CHECK (length(reference) <= 140),
  operation text NOT NULL,
  caller uuid,
  -- How many postings it has, fixed for good: nothing can be added to it later.
  lines smallint NOT NULL CHECK (lines >= 2),
  -- A reversal exists at most once.
  reverses uuid UNIQUE REFERENCES journal_entries (id)
);

CREATE TABLE postings (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  entry_id uuid NOT NULL REFERENCES journal_entries (id),
  ledger_account_id bigint NOT NULL,
  currency text NOT NULL,
  amount bigint NOT NULL CHECK (amount <> 0),
  balance_after bigint NOT NULL,
  counterparty text NOT NULL DEFAULT '',
  counterparty_iban text,
  FOREIGN KEY (ledger_account_id, currency) REFERENCES ledger_accounts (id, currency)
);
CREATE INDEX postings_by_account ON postings (ledger_account_id, id DESC);
CREATE INDEX postings_by_entry ON postings (entry_id);

CREATE TRIGGER journal_entries_stay BEFORE UPDATE OR DELETE ON journal_entries
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER journal_entries_stay_all BEFORE TRUNCATE ON journal_entries
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER postings_stay BEFORE UPDATE OR DELETE ON postings
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER postings_stay_all BEFORE TRUNCATE ON postings
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- All postings of an entry come in one statement, and sum to zero in each currency.
CREATE FUNCTION entries_balance() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  bad uuid;
BEGIN
  SELECT p.entry_id INTO bad
  FROM postings p
  WHERE p.entry_id IN (SELECT DISTINCT entry_id FROM new_postings)
  GROUP BY p.entry_id, p.currency
  HAVING sum(p.amount) <> 0
  LIMIT 1;
  IF bad IS NOT NULL THEN
    RAISE EXCEPTION 'entry % does not balance', bad USING ERRCODE = 'LR002';
  END IF;
  SELECT e.id INTO bad
  FROM journal_entries e
  WHERE e.id IN (SELECT DISTINCT entry_id FROM new_postings)
    AND e.lines <> (SELECT count(*) FROM postings p WHERE p.entry_id = e.id)
  LIMIT 1;
  IF bad IS NOT NULL THEN
    RAISE EXCEPTION 'entry % does not have the postings it was made with', bad USING ERRCODE = 'LR003';
  END IF;
  RETURN NULL;
END
$$;
CREATE TRIGGER postings_balance AFTER INSERT ON postings
  REFERENCING NEW TABLE AS new_postings
  FOR EACH STATEMENT EXECUTE FUNCTION entries_balance();

-- An entry without its postings must not survive the commit.
CREATE FUNCTION entry_is_whole() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.lines <> (SELECT count(*) FROM postings p WHERE p.entry_id = NEW.id) THEN
    RAISE EXCEPTION 'entry % does not have the postings it was made with', NEW.id USING ERRCODE = 'LR003';
  END IF;
  RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER journal_entries_whole AFTER INSERT ON journal_entries
  DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION entry_is_whole();

GRANT SELECT ON ledger_accounts, balances, journal_entries, postings TO larch_app;
";
