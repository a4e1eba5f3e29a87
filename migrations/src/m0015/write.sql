-- Writes a batch in which nothing is to be refused, or raises LB001: then `ledger_judge` has to say what. Money that is
-- not there meets the check of the balance instead (23514), and a request that was posted before the unique keys (23505).
--
-- It writes first and looks afterwards: what an update gives back is what a lock would have shown, and when something
-- does not fit, the caller takes everything back.
CREATE OR REPLACE FUNCTION ledger_write(
  p_at timestamptz, p_today date,
  p_entry uuid[], p_kind text[], p_booking date[], p_value date[], p_reference text[], p_operation text[],
  p_caller uuid[], p_reverses uuid[], p_key uuid[], p_hash bytea[], p_token uuid[],
  p_usage int[], p_day_limit bigint[], p_hour_limit int[], p_user uuid[], p_user_currency text[],
  p_account bigint[], p_account_currency text[],
  p_job int[], p_line smallint[], p_index int[], p_amount bigint[], p_counterparty text[], p_iban text[],
  OUT after bigint[], OUT at timestamptz, OUT booked_on date
) LANGUAGE plpgsql
-- What is in memory is joined by hash, and what is in tables is found by its key, however small the tables were when the
-- plan was made; and a plan is made once, not for each call.
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_nestloop = off SET enable_mergejoin = off SET jit = off
SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
DECLARE
  nil CONSTANT uuid := '00000000-0000-0000-0000-000000000000';
  unsaid CONSTANT date := '0001-01-01';
  n CONSTANT int := cardinality(p_entry);
  m CONSTANT int := cardinality(p_job);
  accounts CONSTANT int := cardinality(p_account);
  users CONSTANT int := cardinality(p_user);
  -- What each account moves by in all; the lowest that it comes to when money leaves it, from where it stands; and what
  -- it has moved by after each posting.
  v_delta bigint[] := array_fill(0::bigint, ARRAY[accounts]);
  v_lowest bigint[] := array_fill(0::bigint, ARRAY[accounts]);
  v_run bigint[] := array_fill(0::bigint, ARRAY[m]);
  v_sent bigint[] := array_fill(0::bigint, ARRAY[users]);
  v_times int[] := array_fill(0, ARRAY[users]);
  -- Within one batch a customer has one set of limits: the strictest that came.
  v_day_limit bigint[] := array_fill(9223372036854775807, ARRAY[users]);
  v_hour_limit int[] := array_fill(2147483647, ARRAY[users]);
  v_lines smallint[];
  v_closed date;
  v_before bigint[];
  v_blocked bigint[];
  v_odd boolean;
  v_low boolean;
  v_rows bigint;
  v_more bigint;
  a int;
  u int;
  j int;
  x bigint;
  r bigint;
BEGIN
  SELECT coalesce((SELECT business_date FROM bank_day), p_today), (SELECT until FROM books_closed)
  INTO booked_on, v_closed;
  IF unsaid = ALL (p_booking) AND unsaid = ALL (p_value) THEN
    v_odd := coalesce(booked_on <= v_closed, false);
  ELSE
    v_odd := EXISTS (
      SELECT FROM unnest(p_booking, p_value) AS d (booking, value)
      WHERE CASE WHEN d.booking = unsaid THEN booked_on ELSE d.booking END <= v_closed
         OR CASE WHEN d.value = unsaid THEN booked_on ELSE d.value END <= v_closed);
  END IF;
  IF NOT v_odd AND nil <> ANY (p_token) THEN
    v_odd := (SELECT count(DISTINCT t.token) FROM unnest(p_token) AS t (token) WHERE t.token <> nil)
           > (SELECT count(*) FROM api_tokens k
              WHERE k.id = ANY (p_token) AND k.revoked_at IS NULL AND k.expires_at > p_at);
  END IF;
  IF v_odd THEN
    RAISE EXCEPTION 'to be judged' USING ERRCODE = 'LB001';
  END IF;

  FOR k IN 1..m LOOP
    a := p_index[k];
    x := p_amount[k];
    r := v_delta[a] + x;
    v_delta[a] := r;
    v_run[k] := r;
    IF x < 0 AND r < v_lowest[a] THEN
      v_lowest[a] := r;
    END IF;
    IF p_line[k] = 1 THEN
      j := p_job[k];
      u := p_usage[j];
      IF u > 0 THEN
        v_sent[u] := v_sent[u] - x;
        v_times[u] := v_times[u] + 1;
        v_day_limit[u] := least(v_day_limit[u], p_day_limit[j]);
        v_hour_limit[u] := least(v_hour_limit[u], p_hour_limit[j]);
      END IF;
    END IF;
  END LOOP;

  -- Always in the order of ids, so that two batches over the same accounts cannot wait for each other.
  WITH moved AS (
    UPDATE balances b SET booked = b.booked + v_delta[d.place], moved_at = greatest(b.moved_at, p_at)
    FROM (SELECT k AS place, p_account[k] AS account FROM generate_series(1, accounts) AS k ORDER BY p_account[k]) d
    WHERE b.ledger_account_id = d.account AND b.ledger_account_id = ANY (p_account)
    RETURNING d.place, b.booked - v_delta[d.place] AS before, b.held + b.floor AS least, b.moved_at,
              b.currency <> p_account_currency[d.place] OR b.status = 'closed' AS odd, b.status = 'blocked' AS blocked
  )
  SELECT array_agg(d.before ORDER BY d.place), greatest(p_at, max(d.moved_at)),
         count(*) < accounts OR bool_or(d.odd), bool_or(d.before + v_lowest[d.place] < d.least),
         array_agg(d.place) FILTER (WHERE d.blocked)
  INTO v_before, at, v_odd, v_low, v_blocked
  FROM moved d;
  IF v_odd
    -- Money may come into a blocked account.
    OR (v_blocked IS NOT NULL AND EXISTS (
    SELECT FROM unnest(p_index, p_amount) AS l (index, amount) WHERE l.amount < 0 AND l.index = ANY (v_blocked)))
    -- Only what leaves an account can run into its floor, and the sum over an entry counts.
    OR (v_low AND EXISTS (
    SELECT FROM (SELECT l.index, sum_minor(l.amount) OVER (PARTITION BY l.index ORDER BY l.job) AS entry_end,
                        sum_minor(l.amount) OVER (PARTITION BY l.index, l.job) AS net
                 FROM unnest(p_job, p_index, p_amount) AS l (job, index, amount)) r
    JOIN balances b ON b.ledger_account_id = p_account[r.index] AND b.ledger_account_id = ANY (p_account)
    WHERE r.net < 0 AND v_before[r.index] + r.entry_end < b.held + b.floor))
  THEN
    RAISE EXCEPTION 'to be judged' USING ERRCODE = 'LB001';
  END IF;
  -- An account was posted to later than now: by another server's clock. All of them go with the latest.
  IF at > p_at THEN
    UPDATE balances b SET moved_at = at WHERE b.ledger_account_id = ANY (p_account) AND b.moved_at < at;
  END IF;

  -- What has been sent by whoever is limited: in order, like the accounts.
  IF users > 0 THEN
    WITH counted AS (
      UPDATE sent_usage s SET
        day = booked_on, sent = CASE WHEN s.day = booked_on THEN s.sent ELSE 0 END + v_sent[d.place],
        hour_from = CASE WHEN s.hour_from > at - interval '1 hour' THEN s.hour_from ELSE at END,
        hour_count = CASE WHEN s.hour_from > at - interval '1 hour' THEN s.hour_count ELSE 0 END + v_times[d.place]
      FROM (SELECT k AS place, p_user[k] AS customer, p_user_currency[k] AS currency
            FROM generate_series(1, users) AS k ORDER BY p_user[k], p_user_currency[k]) d
      WHERE s.customer_id = d.customer AND s.currency = d.currency AND s.customer_id = ANY (p_user)
      RETURNING s.sent > v_day_limit[d.place] OR s.hour_count > v_hour_limit[d.place] AS over
    )
    SELECT count(*), coalesce(bool_or(c.over), false) INTO v_rows, v_odd FROM counted c;
    IF v_rows < users THEN
      -- Whoever sends for the first time; the others' rows are there and stay as they are. One that is still missing
      -- after this was made by somebody else meanwhile.
      INSERT INTO sent_usage (customer_id, currency, day, sent, hour_from, hour_count)
      SELECT p_user[k], p_user_currency[k], booked_on, v_sent[k], at, v_times[k]
      FROM generate_series(1, users) AS k
      ORDER BY p_user[k], p_user_currency[k]
      ON CONFLICT DO NOTHING;
      GET DIAGNOSTICS v_more = ROW_COUNT;
      v_odd := v_odd OR v_rows + v_more < users OR EXISTS (
        SELECT FROM unnest(v_sent, v_day_limit, v_times, v_hour_limit) AS s (sent, day_limit, times, hour_limit)
        WHERE s.sent > s.day_limit OR s.times > s.hour_limit);
    END IF;
    IF v_odd THEN
      RAISE EXCEPTION 'to be judged' USING ERRCODE = 'LB001';
    END IF;
  END IF;

  -- Nearly every entry has two lines: then none has another number, for one line alone does not balance.
  IF m = 2 * n THEN
    v_lines := array_fill(2::smallint, ARRAY[n]);
  ELSE
    SELECT array_agg(l.lines ORDER BY l.job) INTO v_lines
    FROM (SELECT l.job, max(l.line) AS lines FROM unnest(p_job, p_line) AS l (job, line) GROUP BY l.job) l;
  END IF;
  -- Postings and entries with one statement.
  WITH posted AS (
    INSERT INTO postings
      (entry_id, line, ledger_account_id, currency, amount, balance_after, counterparty, counterparty_iban, at)
    SELECT p_entry[p_job[k]], p_line[k], p_account[p_index[k]], p_account_currency[p_index[k]], p_amount[k],
           v_before[p_index[k]] + v_run[k], p_counterparty[k], nullif(p_iban[k], ''), at
    -- Postings of one account keep the order of their arrival.
    FROM generate_series(1, m) WITH ORDINALITY AS l (k, ord) ORDER BY l.ord
  ), told AS (
    INSERT INTO outbox (topic, payload, at, entries) VALUES ('entries.posted', '{}', at, p_entry)
  )
  INSERT INTO journal_entries
    (id, kind, booking_date, value_date, created_at, reference, operation, caller, lines, reverses,
     request_key, request_hash)
  SELECT p_entry[k], p_kind[k], CASE WHEN p_booking[k] = unsaid THEN booked_on ELSE p_booking[k] END,
         CASE WHEN p_value[k] = unsaid THEN booked_on ELSE p_value[k] END, at, p_reference[k], p_operation[k],
         nullif(p_caller[k], nil), v_lines[k], nullif(p_reverses[k], nil), nullif(p_key[k], nil),
         CASE WHEN p_key[k] <> nil THEN p_hash[k] END
  FROM generate_series(1, n) AS k;

  after := ARRAY(SELECT v_before[p_index[k]] + v_run[k] FROM generate_series(1, m) AS k WHERE p_line[k] = 1 ORDER BY k);
END
$$;
