//! Holds: money set aside until it is captured or released. A hold ends once.
//!
//! LH001 not enough money to hold (detail: what is available), LH002 the hold has ended already or is unknown.

crate::sql_migration!("m0004_holds");

const UP: &str = r"
CREATE TABLE holds (
  id uuid PRIMARY KEY,
  ledger_account_id bigint NOT NULL REFERENCES ledger_accounts (id),
  amount bigint NOT NULL CHECK (amount > 0),
  state text NOT NULL DEFAULT 'placed' CHECK (state IN ('placed', 'captured', 'released', 'expired')),
  reason text NOT NULL,
  placed_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  ended_at timestamptz,
  CHECK ((state = 'placed') = (ended_at IS NULL))
);
CREATE INDEX holds_to_expire ON holds (expires_at) WHERE state = 'placed';

CREATE FUNCTION hold_ends_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.state <> 'placed' OR NEW.amount <> OLD.amount OR NEW.ledger_account_id <> OLD.ledger_account_id THEN
    RAISE EXCEPTION 'hold % has ended', OLD.id USING ERRCODE = 'LH002';
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER holds_end_once BEFORE UPDATE ON holds FOR EACH ROW EXECUTE FUNCTION hold_ends_once();
CREATE TRIGGER holds_stay BEFORE DELETE ON holds FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE FUNCTION hold_place(p_hold uuid, p_account bigint, p_amount bigint, p_reason text, p_at timestamptz, p_until timestamptz)
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  b balances;
BEGIN
  SELECT * INTO b FROM balances WHERE ledger_account_id = p_account FOR UPDATE;
  IF b.floor IS NOT NULL AND b.booked - b.held - p_amount < b.floor THEN
    RAISE EXCEPTION 'ledger account % has not enough', p_account
      USING ERRCODE = 'LH001', DETAIL = (b.booked - b.held - b.floor)::text;
  END IF;
  INSERT INTO holds (id, ledger_account_id, amount, reason, placed_at, expires_at)
  VALUES (p_hold, p_account, p_amount, p_reason, p_at, p_until);
  UPDATE balances SET held = held + p_amount WHERE ledger_account_id = p_account;
END
$$;

-- Ends a hold as captured or released. The money of a captured one is posted by the caller,
-- in the same database transaction.
CREATE FUNCTION hold_end(p_hold uuid, p_state text, p_at timestamptz)
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  h holds;
BEGIN
  SELECT * INTO h FROM holds WHERE id = p_hold;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'hold % is unknown', p_hold USING ERRCODE = 'LH002';
  END IF;
  -- The balance first, as everywhere.
  PERFORM 1 FROM balances WHERE ledger_account_id = h.ledger_account_id FOR UPDATE;
  UPDATE holds SET state = p_state, ended_at = p_at WHERE id = p_hold;
  UPDATE balances SET held = held - h.amount WHERE ledger_account_id = h.ledger_account_id;
END
$$;

CREATE FUNCTION holds_expire(p_at timestamptz, p_most integer)
RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  h record;
  ended bigint := 0;
BEGIN
  FOR h IN SELECT id FROM holds WHERE state = 'placed' AND expires_at <= p_at
           ORDER BY ledger_account_id LIMIT p_most LOOP
    PERFORM hold_end(h.id, 'expired', p_at);
    ended := ended + 1;
  END LOOP;
  RETURN ended;
END
$$;

REVOKE ALL ON FUNCTION hold_place FROM PUBLIC;
REVOKE ALL ON FUNCTION hold_end FROM PUBLIC;
REVOKE ALL ON FUNCTION holds_expire FROM PUBLIC;
GRANT EXECUTE ON FUNCTION hold_place, hold_end, holds_expire TO larch_app;
GRANT SELECT ON holds TO larch_app;
";
