//! The chart of accounts: every ledger account belongs to a numbered account of one of the five classes.
//! Those that stand for many (the customers' accounts) are control accounts.

crate::sql_migration!("m0011_chart");

const UP: &str = r"
CREATE TABLE chart_of_accounts (
  number text PRIMARY KEY CHECK (number ~ '^[1-5][0-9]{3}$'),
  name text NOT NULL,
  class text NOT NULL CHECK (class IN ('asset', 'liability', 'equity', 'income', 'expense')),
  -- Whether many ledger accounts stand below it in each currency.
  control boolean NOT NULL,
  CHECK (class = CASE left(number, 1) WHEN '1' THEN 'asset' WHEN '2' THEN 'liability' WHEN '3' THEN 'equity'
                                      WHEN '4' THEN 'income' ELSE 'expense' END)
);
INSERT INTO chart_of_accounts (number, name, class, control) VALUES
  ('1000', 'Cash desk', 'asset', false),
  ('1100', 'Settlement with other banks', 'asset', false),
  ('1900', 'Currency position', 'asset', false),
  ('2000', 'Current accounts of customers', 'liability', true),
  ('2010', 'Savings accounts of customers', 'liability', true),
  ('4000', 'Fees earned', 'income', false),
  ('5000', 'Interest paid', 'expense', false);
GRANT SELECT ON chart_of_accounts TO larch_app;

ALTER TABLE ledger_accounts ADD COLUMN number text REFERENCES chart_of_accounts (number);
UPDATE ledger_accounts l SET number = coalesce(
  (SELECT CASE a.product WHEN 'savings' THEN '2010' END FROM accounts a WHERE a.ledger_account_id = l.id),
  CASE l.code WHEN 'cash' THEN '1000' WHEN 'clearing' THEN '1100' WHEN 'fees' THEN '4000' WHEN 'interest' THEN '5000'
              ELSE '2000' END);
ALTER TABLE ledger_accounts ALTER COLUMN number SET NOT NULL;
CREATE INDEX ledger_accounts_by_number ON ledger_accounts (number, currency);

DROP FUNCTION ledger_open_account;
CREATE FUNCTION ledger_open_account(
  p_code text, p_class text, p_currency text, p_name text, p_floor bigint, p_number text DEFAULT '2000'
) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  new_id bigint;
BEGIN
  IF (SELECT class FROM chart_of_accounts WHERE number = p_number) IS DISTINCT FROM p_class THEN
    RAISE EXCEPTION 'account % of the chart is not of class %', p_number, p_class USING ERRCODE = 'LR009';
  END IF;
  INSERT INTO ledger_accounts (code, class, currency, name, number)
  VALUES (p_code, p_class, p_currency, p_name, p_number)
  RETURNING id INTO new_id;
  INSERT INTO balances (ledger_account_id, currency, floor) VALUES (new_id, p_currency, p_floor);
  RETURN new_id;
END
$$;
REVOKE ALL ON FUNCTION ledger_open_account FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ledger_open_account TO larch_app;

-- What the bank holds of each currency against the others: an exchange goes through two of these.
SELECT ledger_open_account('position', 'asset', currency, 'Currency position', NULL, '1900')
FROM unnest(ARRAY['EUR', 'USD', 'GBP', 'CHF', 'JPY', 'KWD']) AS currency;

-- Whether the server and the database fit together is asked by the server's health.
DO $$
BEGIN
  IF to_regclass('seaql_migrations') IS NOT NULL THEN
    GRANT SELECT ON seaql_migrations TO larch_app;
  END IF;
END
$$;

-- Whose an account is does not change: what the engine is told about it stays true.
REVOKE UPDATE ON accounts FROM larch_app;
GRANT UPDATE (name, status) ON accounts TO larch_app;
";
