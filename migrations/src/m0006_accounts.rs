//! Customers' accounts over the ledger, and what was declined: nothing was entered in the books
//! for it, and still the customer sees it among their transactions.

crate::sql_migration!("m0006_accounts");

const UP: &str = r"
CREATE TABLE accounts (
  id uuid PRIMARY KEY,
  customer_id uuid NOT NULL REFERENCES customers (id),
  ledger_account_id bigint NOT NULL UNIQUE REFERENCES ledger_accounts (id),
  iban text NOT NULL UNIQUE CHECK (iban ~ '^[A-Z]{2}[0-9]{2}[A-Z0-9]{1,30}$'),
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 70),
  product text NOT NULL CHECK (product IN ('current', 'savings')),
  currency text NOT NULL,
  status text NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'closed')),
  opened_on date NOT NULL,
  opened_at timestamptz NOT NULL
);
CREATE INDEX accounts_by_customer ON accounts (customer_id, opened_at);

CREATE TABLE declines (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  account_id uuid NOT NULL REFERENCES accounts (id),
  kind text NOT NULL,
  -- Signed, as the account would have seen it.
  amount bigint NOT NULL,
  counterparty text NOT NULL,
  reference text NOT NULL,
  reason text NOT NULL,
  booking_date date NOT NULL,
  at timestamptz NOT NULL
);
CREATE INDEX declines_by_account ON declines (account_id, at DESC);

GRANT SELECT, INSERT, UPDATE ON accounts TO larch_app;
GRANT SELECT, INSERT ON declines TO larch_app;

-- Internal accounts, one of each per currency: the cash desk's notes and coins, what other banks
-- owe us or we owe them until it is settled, fees earned, interest paid.
SELECT ledger_open_account(code, class, currency, name, NULL)
FROM (VALUES ('cash', 'asset', 'Cash desk'), ('clearing', 'asset', 'Settlement with other banks'),
             ('fees', 'income', 'Fees earned'), ('interest', 'expense', 'Interest paid')) AS a (code, class, name),
     unnest(ARRAY['EUR', 'USD', 'GBP', 'CHF', 'JPY', 'KWD']) AS currency;
";
