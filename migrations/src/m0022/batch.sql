-- Whether the user may take an amount from a customer's account: its joint holders may, and delegates as much as one payment
-- may be. What may be paid all together is counted where it is locked, before the posting.
CREATE FUNCTION ledger_may_take(p_ledger bigint, p_amount bigint, p_at timestamptz) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT larch_caller() = 'customer' AND EXISTS (
    SELECT FROM accounts a JOIN mandates m ON m.grantor_id = a.customer_id AND (m.all_accounts OR a.id = ANY (m.accounts))
    JOIN users u ON u.id = m.granted_by AND u.locked_at IS NULL
    WHERE a.ledger_account_id = p_ledger AND m.holder_user = larch_user() AND m.ended_at IS NULL
      AND (m.expires_at IS NULL OR m.expires_at > p_at)
      AND (m.kind = 'joint' OR (m.kind = 'pay' AND m.pay_currency = a.currency AND p_amount <= m.pay_up_to)))
$$;
REVOKE ALL ON FUNCTION ledger_may_take FROM PUBLIC;

-- Whether money would leave an account that is not that of the customer for whom it is posted: the token's, or whoever
-- the database transaction was begun for, or whom that user may act for. The bank's own accounts are nobody's. What is sent
-- back leaves the account that it came to, so there one side must be the customer's, or of an account that is theirs
-- jointly. Without either, the bank itself posts.
CREATE FUNCTION ledger_is_foreign(
  p_at timestamptz, p_token uuid[], p_reverses uuid[], p_account bigint[], p_job int[], p_index int[], p_amount bigint[]
) RETURNS boolean LANGUAGE plpgsql STABLE
-- Each by its key, however small the tables were when the plan was made.
SET enable_seqscan = off SET enable_bitmapscan = off SET jit = off SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  nil CONSTANT uuid := '00000000-0000-0000-0000-000000000000';
  any_amount CONSTANT bigint := 9223372036854775807;
  v_customer CONSTANT uuid := larch_customer();
BEGIN
  RETURN EXISTS (
    SELECT FROM generate_series(1, cardinality(p_job)) AS k
    WHERE p_amount[k] < 0 AND p_reverses[p_job[k]] = nil
      AND (SELECT a.customer_id FROM accounts a WHERE a.ledger_account_id = p_account[p_index[k]])
          <> CASE WHEN p_token[p_job[k]] = nil THEN v_customer
             ELSE (SELECT u.customer_id FROM api_tokens t JOIN users u ON u.id = t.user_id WHERE t.id = p_token[p_job[k]])
             END
      AND (p_token[p_job[k]] <> nil OR NOT ledger_may_take(p_account[p_index[k]], -p_amount[k], p_at))
  ) OR (v_customer IS NOT NULL AND nil <> ANY (p_reverses) AND EXISTS (
    SELECT FROM generate_series(1, cardinality(p_reverses)) AS j
    WHERE p_reverses[j] <> nil AND NOT EXISTS (
      SELECT FROM generate_series(1, cardinality(p_job)) AS k
      WHERE p_job[k] = j
        AND ((SELECT a.customer_id FROM accounts a WHERE a.ledger_account_id = p_account[p_index[k]]) = v_customer
          OR ledger_may_take(p_account[p_index[k]], any_amount, p_at)))));
END
$$;
REVOKE ALL ON FUNCTION ledger_is_foreign(timestamptz, uuid[], uuid[], bigint[], int[], int[], bigint[]) FROM PUBLIC;

-- As before, asking at the moment of the batch.
CREATE OR REPLACE FUNCTION ledger_post_batch(
  p_at timestamptz,
  -- The bank's date while no day is open yet.
  p_today date,
  -- One of each per entry. The day it is booked on and the day it counts from: year 1 stands for the business date.
  p_entry uuid[], p_kind text[], p_booking date[], p_value date[], p_reference text[], p_operation text[],
  p_caller uuid[], p_reverses uuid[],
  -- The request it comes from and the hash of its input; the token that must be alive.
  p_key uuid[], p_hash bytea[], p_token uuid[],
  -- Which of the limited customers below its first line is sent by (from 1), what they may send in a day and
  -- how often in an hour; zero for none.
  p_usage int[], p_day_limit bigint[], p_hour_limit int[],
  -- For the audit: the door it came through and the kind of caller; an empty door asks for no line.
  p_door text[], p_caller_kind text[],
  -- Customers with limits, each once, with the currency.
  p_user uuid[], p_user_currency text[],
  -- Accounts that take part, each once, with the currency that is meant.
  p_account bigint[], p_account_currency text[],
  -- One of each per posting: which entry (from 1), which line of it (from 1), which of the accounts (from 1).
  p_job int[], p_line smallint[], p_index int[], p_amount bigint[], p_counterparty text[], p_iban text[],
  -- One of each per entry: its refusal or '', what the refusal is about, the entry (the earlier one when `known`), and
  -- the balance of its first line's account after it.
  OUT code text[], OUT detail bigint[], OUT entry uuid[], OUT after bigint[], OUT at timestamptz, OUT booked_on date
) LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  n CONSTANT int := cardinality(p_entry);
  nil CONSTANT uuid := '00000000-0000-0000-0000-000000000000';
BEGIN
  IF (nil <> ANY (p_token) OR larch_customer() IS NOT NULL)
    AND ledger_is_foreign(p_at, p_token, p_reverses, p_account, p_job, p_index, p_amount) THEN
    RAISE EXCEPTION 'an account is somebody else''s' USING ERRCODE = 'LP013';
  END IF;
  BEGIN
    SELECT w.after, w.at, w.booked_on INTO after, at, booked_on FROM ledger_write(
      p_at, p_today, p_entry, p_kind, p_booking, p_value, p_reference, p_operation, p_caller, p_reverses, p_key, p_hash,
      p_token, p_usage, p_day_limit, p_hour_limit, p_user, p_user_currency, p_account, p_account_currency,
      p_job, p_line, p_index, p_amount, p_counterparty, p_iban) w;
    code := array_fill(''::text, ARRAY[n]);
    detail := array_fill(0::bigint, ARRAY[n]);
    entry := p_entry;
  EXCEPTION WHEN SQLSTATE 'LB001' OR unique_violation OR check_violation THEN
    SELECT j.code, j.detail, j.known INTO code, detail, entry FROM ledger_judge(
      p_at, p_today, p_entry, p_booking, p_value, p_reverses, p_key, p_hash, p_token,
      p_usage, p_day_limit, p_hour_limit, p_user, p_user_currency, p_account, p_account_currency,
      p_job, p_line, p_index, p_amount) j;
    SELECT r.after, r.at, r.booked_on INTO after, at, booked_on FROM ledger_write_rest(
      code, p_at, p_today, p_entry, p_kind, p_booking, p_value, p_reference, p_operation, p_caller, p_reverses, p_key,
      p_hash, p_usage, p_user, p_user_currency, p_account, p_account_currency,
      p_job, p_line, p_index, p_amount, p_counterparty, p_iban) r;
  END;
  -- One line for the batch, and what happened to each entry beside it: the line's hash vouches for all of that.
  IF '' <> ANY (p_door) THEN
    WITH line AS (
      INSERT INTO audit_lines (at, door, caller, user_id, operation, outcome, input_hash)
      VALUES (at, 'engine', 'several', NULL, 'ledger.post-batch', 'done',
              audit_bundle_hash(p_door, p_caller_kind, p_caller, p_token, p_operation, code, p_hash))
      RETURNING id
    )
    INSERT INTO audit_bundles (line_id, doors, callers, users, tokens, operations, outcomes, input_hashes)
    SELECT id, p_door, p_caller_kind, p_caller, p_token, p_operation, code, p_hash FROM line;
  END IF;
END
$$;
DROP FUNCTION ledger_is_foreign(uuid[], uuid[], bigint[], int[], int[], bigint[]);
