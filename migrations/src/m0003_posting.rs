//! The posting engine, first form: one set-based function that posts one entry. It is the only
//! way to write to the journal, and runs with the owner's rights, so that the app's own role
//! needs none. Its refusals have their own codes:
//!
//! LP001 not enough money (detail: what is available), LP002 an account is closed,
//! LP003 an account has another currency, LP004 the entry is reversed already, LP005 an account is unknown.

crate::sql_migration!("m0003_posting");

const UP: &str = r"
CREATE FUNCTION ledger_open_account(p_code text, p_class text, p_currency text, p_name text, p_floor bigint)
RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  new_id bigint;
BEGIN
  INSERT INTO ledger_accounts (code, class, currency, name)
  VALUES (p_code, p_class, p_currency, p_name)
  RETURNING id INTO new_id;
  INSERT INTO balances (ledger_account_id, floor) VALUES (new_id, p_floor);
  RETURN new_id;
END
$$;

CREATE FUNCTION ledger_post(
  p_entry uuid, p_kind text, p_booking date, p_value date, p_at timestamptz, p_reference text,
  p_operation text, p_caller uuid, p_reverses uuid,
  p_accounts bigint[], p_currencies text[], p_amounts bigint[], p_counterparties text[], p_ibans text[]
) RETURNS TABLE (ledger_account_id bigint, balance_after bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
#variable_conflict use_column
DECLARE
  bad record;
BEGIN
  -- Always in the order of ids, so that two entries over the same accounts cannot wait for each other.
  PERFORM 1 FROM balances b WHERE b.ledger_account_id = ANY (p_accounts)
    ORDER BY b.ledger_account_id FOR UPDATE;

  SELECT l.account, a.id, a.status, a.currency INTO bad
  FROM unnest(p_accounts, p_currencies) AS l (account, currency)
  LEFT JOIN ledger_accounts a ON a.id = l.account
  WHERE a.id IS NULL OR a.status <> 'open' OR a.currency <> l.currency
  LIMIT 1;
  IF FOUND THEN
    IF bad.id IS NULL THEN
      RAISE EXCEPTION 'ledger account % is unknown', bad.account USING ERRCODE = 'LP005';
    ELSIF bad.status <> 'open' THEN
      RAISE EXCEPTION 'ledger account % is closed', bad.account USING ERRCODE = 'LP002';
    END IF;
    RAISE EXCEPTION 'ledger account % is in %', bad.account, bad.currency USING ERRCODE = 'LP003';
  END IF;

  -- Only debits can run into the floor: money coming in is never refused.
  SELECT b.ledger_account_id, b.booked - b.held - b.floor AS available INTO bad
  FROM balances b
  JOIN (SELECT account, sum(amount) AS delta FROM unnest(p_accounts, p_amounts) AS l (account, amount) GROUP BY account) d
    ON d.account = b.ledger_account_id
  WHERE b.floor IS NOT NULL AND d.delta < 0 AND b.booked + d.delta - b.held < b.floor
  LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'ledger account % has not enough', bad.ledger_account_id
      USING ERRCODE = 'LP001', DETAIL = bad.available::text;
  END IF;

  IF p_reverses IS NOT NULL AND EXISTS (SELECT FROM journal_entries e WHERE e.reverses = p_reverses) THEN
    RAISE EXCEPTION 'entry % is reversed already', p_reverses USING ERRCODE = 'LP004';
  END IF;

  INSERT INTO journal_entries
    (id, kind, booking_date, value_date, created_at, reference, operation, caller, lines, reverses)
  VALUES
    (p_entry, p_kind, p_booking, p_value, p_at, p_reference, p_operation, p_caller,
     cardinality(p_accounts)::smallint, p_reverses);

  RETURN QUERY
  WITH lines AS (
    SELECT * FROM unnest(p_accounts, p_currencies, p_amounts, p_counterparties, p_ibans)
      WITH ORDINALITY AS l (account, currency, amount, counterparty, iban, ord)
  ), made AS (
    INSERT INTO postings (entry_id, ledger_account_id, currency, amount, balance_after, counterparty, counterparty_iban)
    SELECT p_entry, l.account, l.currency, l.amount,
           b.booked + sum(l.amount) OVER (PARTITION BY l.account ORDER BY l.ord),
           l.counterparty, nullif(l.iban, '')
    FROM lines l JOIN balances b ON b.ledger_account_id = l.account
    ORDER BY l.ord
    RETURNING postings.ledger_account_id, postings.balance_after
  )
  SELECT made.ledger_account_id, made.balance_after FROM made;

  UPDATE balances b SET booked = b.booked + d.delta
  FROM (SELECT account, sum(amount) AS delta FROM unnest(p_accounts, p_amounts) AS l (account, amount) GROUP BY account) d
  WHERE b.ledger_account_id = d.account;
END
$$;

REVOKE ALL ON FUNCTION ledger_open_account FROM PUBLIC;
REVOKE ALL ON FUNCTION ledger_post FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ledger_open_account, ledger_post TO larch_app;
";
