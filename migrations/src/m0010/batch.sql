-- Who posts beyond the funds of an account or a customer's limits, or reverses what an entry before it in the batch
-- has reversed, in the order of arrival: exactly, entry by entry. Called only when the quick look over the whole batch
-- has found something to refuse.
CREATE FUNCTION ledger_decide(
  INOUT code text[], INOUT detail bigint[],
  job int[], account_index int[], amount bigint[],
  booked bigint[], held bigint[], floors bigint[],
  usage_index int[], day_limit bigint[], hour_limit int[], sent bigint[], hourly int[], reverses uuid[]
) LANGUAGE plpgsql AS $$
DECLARE
  nil CONSTANT uuid := '00000000-0000-0000-0000-000000000000';
  reversed uuid[] := '{}';
  n int := cardinality(code);
  m int := cardinality(job);
  first int;
  next int := 1;
  a int;
  u int;
  net bigint;
  total bigint;
  refused text;
BEGIN
  FOR j IN 1..n LOOP
    first := next;
    WHILE next <= m AND job[next] = j LOOP
      next := next + 1;
    END LOOP;
    CONTINUE WHEN code[j] <> '';
    IF reverses[j] <> nil AND reverses[j] = ANY (reversed) THEN
      code[j] := 'already_reversed';
      CONTINUE;
    END IF;
    refused := '';
    FOR k IN first..next - 1 LOOP
      a := account_index[k];
      booked[a] := booked[a] + amount[k];
    END LOOP;
    FOR k IN first..next - 1 LOOP
      a := account_index[k];
      IF amount[k] < 0 AND booked[a] - held[a] < floors[a] THEN
        -- Only what leaves an account can run into its floor: the sum over the entry counts.
        net := 0;
        FOR l IN first..next - 1 LOOP
          IF account_index[l] = a THEN
            net := net + amount[l];
          END IF;
        END LOOP;
        IF net < 0 THEN
          refused := 'insufficient_funds';
          detail[j] := booked[a] - net - held[a] - floors[a];
          EXIT;
        END IF;
      END IF;
    END LOOP;
    u := usage_index[j];
    IF refused = '' AND u > 0 THEN
      total := -amount[first];
      IF sent[u] + total > day_limit[j] THEN
        refused := 'limit_exceeded';
        detail[j] := greatest(day_limit[j] - sent[u], 0);
      ELSIF hourly[u] >= hour_limit[j] THEN
        refused := 'too_many';
        detail[j] := hour_limit[j];
      ELSE
        sent[u] := sent[u] + total;
        hourly[u] := hourly[u] + 1;
      END IF;
    END IF;
    IF refused <> '' THEN
      code[j] := refused;
      FOR k IN first..next - 1 LOOP
        a := account_index[k];
        booked[a] := booked[a] - amount[k];
      END LOOP;
    ELSIF reverses[j] <> nil THEN
      reversed := reversed || reverses[j];
    END IF;
  END LOOP;
END
$$;

-- Says of each entry of a batch whether it can be posted, in the order of arrival: the exact way, for batches in
-- which something has to be refused.
CREATE FUNCTION ledger_judge(
  p_at timestamptz, p_today date,
  p_entry uuid[], p_booking date[], p_value date[], p_reverses uuid[], p_key uuid[], p_hash bytea[], p_token uuid[],
  p_usage int[], p_day_limit bigint[], p_hour_limit int[], p_user uuid[], p_user_currency text[],
  p_account bigint[], p_account_currency text[],
  p_job int[], p_line smallint[], p_index int[], p_amount bigint[],
  OUT code text[], OUT detail bigint[], OUT known uuid[]
) LANGUAGE plpgsql
SET enable_seqscan = off SET enable_nestloop = off SET enable_mergejoin = off SET jit = off AS $$
#variable_conflict use_column
DECLARE
  nil CONSTANT uuid := '00000000-0000-0000-0000-000000000000';
  unsaid CONSTANT date := '0001-01-01';
  v_today date;
  v_closed date;
  v_booked bigint[];
  v_held bigint[];
  v_floor bigint[];
  -- 0 fine, 1 unknown, 2 another currency, 3 closed, 4 blocked.
  v_odd smallint[];
  v_sent bigint[] := '{}';
  v_times int[] := '{}';
BEGIN
  SELECT coalesce((SELECT business_date FROM bank_day), p_today), (SELECT until FROM books_closed)
  INTO v_today, v_closed;
  WITH locked AS MATERIALIZED (
    SELECT b.* FROM balances b WHERE b.ledger_account_id = ANY (p_account)
    ORDER BY b.ledger_account_id FOR UPDATE
  )
  SELECT array_agg(coalesce(l.booked, 0) ORDER BY a.ord), array_agg(coalesce(l.held, 0) ORDER BY a.ord),
         array_agg(coalesce(l.floor, -9000000000000000000) ORDER BY a.ord),
         array_agg((CASE WHEN l.booked IS NULL THEN 1 WHEN l.currency <> a.currency THEN 2 WHEN l.status = 'closed' THEN 3
                         WHEN l.status = 'blocked' THEN 4 ELSE 0 END)::smallint ORDER BY a.ord)
  INTO v_booked, v_held, v_floor, v_odd
  FROM unnest(p_account, p_account_currency) WITH ORDINALITY AS a (account, currency, ord)
  LEFT JOIN locked l ON l.ledger_account_id = a.account;

  PERFORM sent_usage_rows(p_user, p_user_currency);
  WITH locked AS MATERIALIZED (
    SELECT s.* FROM sent_usage s WHERE s.customer_id = ANY (p_user) ORDER BY s.customer_id, s.currency FOR UPDATE
  )
  SELECT coalesce(array_agg(CASE WHEN s.day = v_today THEN s.sent ELSE 0 END ORDER BY u.ord), '{}'),
         coalesce(array_agg(CASE WHEN s.hour_from > p_at - interval '1 hour' THEN s.hour_count ELSE 0 END ORDER BY u.ord), '{}')
  INTO v_sent, v_times
  FROM unnest(p_user, p_user_currency) WITH ORDINALITY AS u (customer, currency, ord)
  LEFT JOIN locked s ON s.customer_id = u.customer AND s.currency = u.currency;

  WITH lines AS (
    SELECT l.job,
           bool_or(v_odd[l.index] = 1) AS unknown, bool_or(v_odd[l.index] = 2) AS mismatch,
           bool_or(v_odd[l.index] = 3) AS closed, bool_or(v_odd[l.index] = 4 AND l.amount < 0) AS blocked
    FROM unnest(p_job, p_index, p_amount) AS l (job, index, amount)
    GROUP BY l.job
  ), entries AS (
    SELECT e.*, before.id AS before, before.request_hash AS before_hash,
           e.key <> nil AND row_number() OVER (PARTITION BY e.key ORDER BY e.ord) > 1 AS twice
    FROM unnest(p_entry, p_booking, p_value, p_reverses, p_key, p_hash, p_token)
      WITH ORDINALITY AS e (entry, booking, value, reverses, key, hash, token, ord)
    LEFT JOIN LATERAL (
      SELECT j.id, j.request_hash FROM journal_entries j WHERE e.key <> nil AND j.request_key = e.key
      UNION ALL
      SELECT j.id, j.request_hash FROM journal_entries j WHERE e.key = nil AND j.id = e.entry
      LIMIT 1
    ) before ON true
  )
  SELECT array_agg(CASE
      WHEN e.token <> nil AND (SELECT t.id FROM api_tokens t
        WHERE t.id = e.token AND t.revoked_at IS NULL AND t.expires_at > p_at) IS NULL THEN 'not_signed_in'
      WHEN e.before IS NOT NULL AND e.key <> nil AND e.before_hash <> e.hash THEN 'key_reused'
      WHEN e.before IS NOT NULL THEN 'known'
      WHEN e.twice THEN 'still_running'
      WHEN l.unknown THEN 'not_found'
      WHEN l.mismatch THEN 'currency_mismatch'
      WHEN l.closed THEN 'account_closed'
      WHEN l.blocked THEN 'account_blocked'
      WHEN least(CASE WHEN e.booking = unsaid THEN v_today ELSE e.booking END,
                 CASE WHEN e.value = unsaid THEN v_today ELSE e.value END) <= v_closed THEN 'period_closed'
      WHEN e.reverses <> nil AND
        (SELECT r.id FROM journal_entries r WHERE r.reverses = e.reverses) IS NOT NULL THEN 'already_reversed'
      ELSE '' END ORDER BY e.ord),
    array_agg(coalesce(e.before, e.entry) ORDER BY e.ord)
  INTO code, known
  FROM entries e JOIN lines l ON l.job = e.ord;

  SELECT d.code, d.detail INTO code, detail
  FROM ledger_decide(code, array_fill(0::bigint, ARRAY[cardinality(p_entry)]), p_job, p_index, p_amount,
                     v_booked, v_held, v_floor, p_usage, p_day_limit, p_hour_limit, v_sent, v_times, p_reverses) d;
END
$$;
REVOKE ALL ON FUNCTION ledger_judge FROM PUBLIC;

CREATE FUNCTION ledger_post_batch(
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
) LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  n CONSTANT int := cardinality(p_entry);
  v_line bigint;
BEGIN
  BEGIN
    SELECT w.after, w.at, w.booked_on INTO after, at, booked_on FROM ledger_write(
      p_at, p_today, p_entry, p_kind, p_booking, p_value, p_reference, p_operation, p_caller, p_reverses, p_key, p_hash,
      p_token, p_usage, p_day_limit, p_hour_limit, p_user, p_user_currency, p_account, p_account_currency,
      p_job, p_line, p_index, p_amount, p_counterparty, p_iban) w;
    code := array_fill(''::text, ARRAY[n]);
    detail := array_fill(0::bigint, ARRAY[n]);
    entry := p_entry;
  EXCEPTION WHEN SQLSTATE 'LB001' OR unique_violation THEN
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
  IF EXISTS (SELECT FROM unnest(p_door) AS d (door) WHERE d.door <> '') THEN
    INSERT INTO audit_lines (at, door, caller, user_id, operation, outcome, input_hash)
    VALUES (at, 'engine', 'several', NULL, 'ledger.post-batch', 'done',
            audit_bundle_hash(p_door, p_caller_kind, p_caller, p_token, p_operation, code, p_hash))
    RETURNING id INTO v_line;
    INSERT INTO audit_bundles (line_id, doors, callers, users, tokens, operations, outcomes, input_hashes)
    VALUES (v_line, p_door, p_caller_kind, p_caller, p_token, p_operation, code, p_hash);
  END IF;
END
$$;
REVOKE ALL ON FUNCTION ledger_decide FROM PUBLIC;
REVOKE ALL ON FUNCTION ledger_post_batch FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ledger_post_batch TO larch_app;

-- Writes what the judgement left over.
CREATE FUNCTION ledger_write_rest(
  p_code text[], p_at timestamptz, p_today date,
  p_entry uuid[], p_kind text[], p_booking date[], p_value date[], p_reference text[], p_operation text[],
  p_caller uuid[], p_reverses uuid[], p_key uuid[], p_hash bytea[],
  p_usage int[], p_user uuid[], p_user_currency text[], p_account bigint[], p_account_currency text[],
  p_job int[], p_line smallint[], p_index int[], p_amount bigint[], p_counterparty text[], p_iban text[],
  OUT after bigint[], OUT at timestamptz, OUT booked_on date
) LANGUAGE plpgsql AS $$
DECLARE
  n CONSTANT int := cardinality(p_entry);
  e record;
  l record;
  u record;
  a record;
  v_place int[];
  v_usage_place int[];
  v_account_place int[];
  w record;
BEGIN
  at := p_at;
  booked_on := p_today;
  after := array_fill(0::bigint, ARRAY[n]);
  SELECT array_agg(CASE WHEN c.code = '' THEN c.place END ORDER BY c.ord) INTO v_place
  FROM (SELECT c.code, c.ord, (count(*) FILTER (WHERE c.code = '') OVER (ORDER BY c.ord))::int AS place
        FROM unnest(p_code) WITH ORDINALITY AS c (code, ord)) c;
  IF NOT EXISTS (SELECT FROM unnest(p_code) AS c (code) WHERE c.code = '') THEN
    RETURN;
  END IF;
  SELECT array_agg(x.entry ORDER BY x.ord) AS entry, array_agg(x.kind ORDER BY x.ord) AS kind,
         array_agg(x.booking ORDER BY x.ord) AS booking, array_agg(x.value ORDER BY x.ord) AS value,
         array_agg(x.reference ORDER BY x.ord) AS reference, array_agg(x.operation ORDER BY x.ord) AS operation,
         array_agg(x.caller ORDER BY x.ord) AS caller, array_agg(x.reverses ORDER BY x.ord) AS reverses,
         array_agg(x.key ORDER BY x.ord) AS key, array_agg(x.hash ORDER BY x.ord) AS hash,
         array_agg(x.usage ORDER BY x.ord) AS usage
  INTO e
  FROM unnest(p_entry, p_kind, p_booking, p_value, p_reference, p_operation, p_caller, p_reverses, p_key, p_hash, p_usage)
    WITH ORDINALITY AS x (entry, kind, booking, value, reference, operation, caller, reverses, key, hash, usage, ord)
  WHERE v_place[x.ord] IS NOT NULL;
  -- Accounts and customers of whom nothing is left do not take part any more.
  SELECT array_agg(k.account ORDER BY k.ord) AS account, array_agg(k.currency ORDER BY k.ord) AS currency,
         array_agg(k.ord ORDER BY k.ord) AS ord
  INTO a
  FROM unnest(p_account, p_account_currency) WITH ORDINALITY AS k (account, currency, ord)
  WHERE k.ord IN (SELECT x.index FROM unnest(p_job, p_index) AS x (job, index) WHERE v_place[x.job] IS NOT NULL);
  SELECT array_agg(p.place::int ORDER BY k.ord) INTO v_account_place
  FROM generate_subscripts(p_account, 1) AS k (ord)
  LEFT JOIN unnest(a.ord) WITH ORDINALITY AS p (ord, place) ON p.ord = k.ord;
  SELECT coalesce(array_agg(k.customer ORDER BY k.ord), '{}') AS customer,
         coalesce(array_agg(k.currency ORDER BY k.ord), '{}') AS currency, coalesce(array_agg(k.ord ORDER BY k.ord), '{}') AS ord
  INTO u
  FROM unnest(p_user, p_user_currency) WITH ORDINALITY AS k (customer, currency, ord)
  WHERE k.ord = ANY (e.usage);
  SELECT array_agg(coalesce(p.place, 0)::int ORDER BY k.ord) INTO v_usage_place
  FROM unnest(e.usage) WITH ORDINALITY AS k (usage, ord)
  LEFT JOIN unnest(u.ord) WITH ORDINALITY AS p (ord, place) ON p.ord = k.usage;
  SELECT array_agg(v_place[x.job] ORDER BY x.ord) AS job, array_agg(x.line ORDER BY x.ord) AS line,
         array_agg(v_account_place[x.index] ORDER BY x.ord) AS index, array_agg(x.amount ORDER BY x.ord) AS amount,
         array_agg(x.counterparty ORDER BY x.ord) AS counterparty, array_agg(x.iban ORDER BY x.ord) AS iban
  INTO l
  FROM unnest(p_job, p_line, p_index, p_amount, p_counterparty, p_iban)
    WITH ORDINALITY AS x (job, line, index, amount, counterparty, iban, ord)
  WHERE v_place[x.job] IS NOT NULL;

  SELECT * INTO w FROM ledger_write(
    p_at, p_today, e.entry, e.kind, e.booking, e.value, e.reference, e.operation, e.caller, e.reverses, e.key, e.hash,
    -- Tokens have been judged, and each entry by its own limits.
    '{}', v_usage_place, array_fill(9000000000000000000, ARRAY[cardinality(e.entry)]),
    array_fill(2147483647, ARRAY[cardinality(e.entry)]), u.customer, u.currency, a.account, a.currency,
    l.job, l.line, l.index, l.amount, l.counterparty, l.iban);
  at := w.at;
  booked_on := w.booked_on;
  SELECT array_agg(coalesce(w.after[v_place[k.ord]], 0) ORDER BY k.ord) INTO after FROM generate_series(1, n) AS k (ord);
END
$$;
REVOKE ALL ON FUNCTION ledger_write_rest FROM PUBLIC;

