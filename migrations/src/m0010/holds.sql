-- Capturing takes the whole of a hold or a part of it; what is not captured is released with it.
-- The hold ends once either way.
ALTER TABLE holds ADD COLUMN captured bigint;
ALTER TABLE holds DISABLE TRIGGER holds_end_once;
UPDATE holds SET captured = amount WHERE state = 'captured';
ALTER TABLE holds ENABLE TRIGGER holds_end_once;
ALTER TABLE holds
  ADD CHECK ((state = 'captured') = (captured IS NOT NULL)),
  ADD CHECK (captured BETWEEN 1 AND amount);

CREATE OR REPLACE FUNCTION hold_place(p_hold uuid, p_account bigint, p_amount bigint, p_reason text, p_at timestamptz, p_until timestamptz)
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  b balances;
BEGIN
  SELECT * INTO b FROM balances WHERE ledger_account_id = p_account FOR UPDATE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'ledger account % is unknown', p_account USING ERRCODE = 'LP005';
  ELSIF b.status = 'closed' THEN
    RAISE EXCEPTION 'ledger account % is closed', p_account USING ERRCODE = 'LP002';
  ELSIF b.status = 'blocked' THEN
    RAISE EXCEPTION 'ledger account % is blocked', p_account USING ERRCODE = 'LP007';
  ELSIF b.floor IS NOT NULL AND b.booked - b.held - p_amount < b.floor THEN
    RAISE EXCEPTION 'ledger account % has not enough', p_account
      USING ERRCODE = 'LH001', DETAIL = (b.booked - b.held - b.floor)::text;
  END IF;
  INSERT INTO holds (id, ledger_account_id, amount, reason, placed_at, expires_at)
  VALUES (p_hold, p_account, p_amount, p_reason, p_at, p_until);
  UPDATE balances SET held = held + p_amount WHERE ledger_account_id = p_account;
END
$$;

DROP FUNCTION hold_end;
-- Ends a hold. The money of a captured one is posted by the caller, in the same database transaction.
-- LH003: more is captured than was held (detail: what was held).
CREATE FUNCTION hold_end(p_hold uuid, p_state text, p_captured bigint, p_at timestamptz)
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  h holds;
BEGIN
  SELECT * INTO h FROM holds WHERE id = p_hold;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'hold % is unknown', p_hold USING ERRCODE = 'LH002';
  END IF;
  IF p_captured > h.amount THEN
    RAISE EXCEPTION 'hold % is smaller', p_hold USING ERRCODE = 'LH003', DETAIL = h.amount::text;
  END IF;
  -- The balance first, as everywhere.
  PERFORM 1 FROM balances WHERE ledger_account_id = h.ledger_account_id FOR UPDATE;
  UPDATE holds SET state = p_state, captured = p_captured, ended_at = p_at WHERE id = p_hold;
  UPDATE balances SET held = held - h.amount WHERE ledger_account_id = h.ledger_account_id;
END
$$;

CREATE OR REPLACE FUNCTION holds_expire(p_at timestamptz, p_most integer)
RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  h record;
  ended bigint := 0;
BEGIN
  FOR h IN SELECT id FROM holds WHERE state = 'placed' AND expires_at <= p_at
           ORDER BY ledger_account_id LIMIT p_most LOOP
    PERFORM hold_end(h.id, 'expired', NULL, p_at);
    ended := ended + 1;
  END LOOP;
  RETURN ended;
END
$$;
REVOKE ALL ON FUNCTION hold_end FROM PUBLIC;
GRANT EXECUTE ON FUNCTION hold_end TO larch_app;

-- Blocks, opens or closes an account. Closing needs an empty one: LP012 otherwise (detail: its balance).
CREATE FUNCTION ledger_set_status(p_account bigint, p_status text)
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  b balances;
BEGIN
  SELECT * INTO b FROM balances WHERE ledger_account_id = p_account FOR UPDATE;
  -- The bank's own accounts stay open.
  IF NOT FOUND OR (SELECT code FROM ledger_accounts WHERE id = p_account) IS NOT NULL THEN
    RAISE EXCEPTION 'ledger account % is unknown', p_account USING ERRCODE = 'LP005';
  ELSIF b.status = 'closed' THEN
    RAISE EXCEPTION 'ledger account % is closed', p_account USING ERRCODE = 'LP002';
  ELSIF p_status = 'closed' AND (b.booked <> 0 OR b.held <> 0) THEN
    RAISE EXCEPTION 'ledger account % is not empty', p_account USING ERRCODE = 'LP012', DETAIL = b.booked::text;
  END IF;
  UPDATE balances SET status = p_status WHERE ledger_account_id = p_account;
END
$$;
REVOKE ALL ON FUNCTION ledger_set_status FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ledger_set_status TO larch_app;
