-- Sums of minor units stay whole: the built-in sum of bigint goes over to numeric, which is slow.
CREATE AGGREGATE sum_minor(bigint) (SFUNC = int8pl, STYPE = bigint, INITCOND = '0', COMBINEFUNC = int8pl, PARALLEL = SAFE);

-- Sees to it that everybody who is limited has their row: what is not there cannot be locked, and two first payments
-- at once would both count from zero.
CREATE FUNCTION sent_usage_rows(p_user uuid[], p_currency text[]) RETURNS void LANGUAGE plpgsql
SET enable_seqscan = off SET enable_nestloop = off SET enable_mergejoin = off SET jit = off AS $$
BEGIN
  IF (SELECT count(*) FROM unnest(p_user, p_currency) AS u (customer, currency)
      JOIN sent_usage s ON s.customer_id = u.customer AND s.currency = u.currency AND s.customer_id = ANY (p_user))
     < cardinality(p_user) THEN
    INSERT INTO sent_usage (customer_id, currency, day, sent, hour_from, hour_count)
    SELECT u.customer, u.currency, '0001-01-01', 0, '0001-01-01 00:00:00+00', 0
    FROM unnest(p_user, p_currency) AS u (customer, currency)
    ORDER BY u.customer, u.currency
    ON CONFLICT DO NOTHING;
  END IF;
END
$$;
REVOKE ALL ON FUNCTION sent_usage_rows FROM PUBLIC;

-- Writes a batch in which nothing is to be refused, or raises LB001: then `ledger_judge` has to say what.
-- A request that was posted before meets the unique keys instead (23505).
CREATE FUNCTION ledger_write(
  p_at timestamptz, p_today date,
  p_entry uuid[], p_kind text[], p_booking date[], p_value date[], p_reference text[], p_operation text[],
  p_caller uuid[], p_reverses uuid[], p_key uuid[], p_hash bytea[], p_token uuid[],
  p_usage int[], p_day_limit bigint[], p_hour_limit int[], p_user uuid[], p_user_currency text[],
  p_account bigint[], p_account_currency text[],
  p_job int[], p_line smallint[], p_index int[], p_amount bigint[], p_counterparty text[], p_iban text[],
  OUT after bigint[], OUT at timestamptz, OUT booked_on date
) LANGUAGE plpgsql
-- What is in memory is joined by hash, and what is in tables is found by its key, however small the tables were
-- when the plan was made.
SET enable_seqscan = off SET enable_nestloop = off SET enable_mergejoin = off SET jit = off AS $$
#variable_conflict use_column
DECLARE
  nil CONSTANT uuid := '00000000-0000-0000-0000-000000000000';
  unsaid CONSTANT date := '0001-01-01';
  v_closed date;
  v_booked bigint[];
  v_least bigint[];
  v_sent bigint[];
  v_times int[];
  v_from timestamptz[];
  v_after bigint[];
  v_odd boolean;
  v_blocked bigint[];
BEGIN
  SELECT coalesce((SELECT business_date FROM bank_day), p_today), (SELECT until FROM books_closed)
  INTO booked_on, v_closed;

  -- Always in the order of ids, so that two batches over the same accounts cannot wait for each other.
  WITH locked AS MATERIALIZED (
    SELECT b.* FROM balances b WHERE b.ledger_account_id = ANY (p_account)
    ORDER BY b.ledger_account_id FOR UPDATE
  )
  SELECT array_agg(l.booked ORDER BY a.ord), array_agg(l.held + l.floor ORDER BY a.ord), greatest(p_at, max(l.moved_at)),
         bool_or(l.booked IS NULL OR l.currency <> a.currency OR l.status = 'closed'),
         array_agg(a.ord) FILTER (WHERE l.status = 'blocked')
  INTO v_booked, v_least, at, v_odd, v_blocked
  FROM unnest(p_account, p_account_currency) WITH ORDINALITY AS a (account, currency, ord)
  LEFT JOIN locked l ON l.ledger_account_id = a.account;
  IF v_odd
    -- Money may come into a blocked account.
    OR (v_blocked IS NOT NULL AND EXISTS (
    SELECT FROM unnest(p_index, p_amount) AS l (index, amount) WHERE l.amount < 0 AND l.index = ANY (v_blocked)))
    OR EXISTS (
    SELECT FROM unnest(p_booking, p_value) AS d (booking, value)
    WHERE CASE WHEN d.booking = unsaid THEN booked_on ELSE d.booking END <= v_closed
       OR CASE WHEN d.value = unsaid THEN booked_on ELSE d.value END <= v_closed)
    OR EXISTS (
    SELECT FROM (SELECT DISTINCT t.token FROM unnest(p_token) AS t (token) WHERE t.token <> nil OFFSET 0) t
    WHERE (SELECT k.id FROM api_tokens k WHERE k.id = t.token AND k.revoked_at IS NULL AND k.expires_at > p_at) IS NULL)
  THEN
    RAISE EXCEPTION 'to be judged' USING ERRCODE = 'LB001';
  END IF;

  -- What has been sent so far by whoever is limited: their rows are locked in order, like the accounts.
  IF cardinality(p_user) > 0 THEN
    PERFORM sent_usage_rows(p_user, p_user_currency);
    WITH locked AS MATERIALIZED (
      SELECT s.* FROM sent_usage s WHERE s.customer_id = ANY (p_user) ORDER BY s.customer_id, s.currency FOR UPDATE
    ), known AS (
      SELECT u.ord, CASE WHEN s.day = booked_on THEN s.sent ELSE 0 END AS sent,
             CASE WHEN s.hour_from > at - interval '1 hour' THEN s.hour_count ELSE 0 END AS times,
             CASE WHEN s.hour_from > at - interval '1 hour' THEN s.hour_from ELSE at END AS hour_from
      FROM unnest(p_user, p_user_currency) WITH ORDINALITY AS u (customer, currency, ord)
      JOIN locked s ON s.customer_id = u.customer AND s.currency = u.currency
    ), more AS (
      SELECT e.usage, sum_minor(-l.amount) AS sent, count(*)::int AS times,
             -- Within one batch a customer has one set of limits: the strictest that came.
             min(e.day_limit) AS day_limit, min(e.hour_limit) AS hour_limit
      FROM unnest(p_usage, p_day_limit, p_hour_limit) WITH ORDINALITY AS e (usage, day_limit, hour_limit, ord)
      JOIN unnest(p_job, p_line, p_amount) AS l (job, line, amount) ON l.job = e.ord AND l.line = 1
      WHERE e.usage > 0 GROUP BY e.usage
    )
    SELECT array_agg(k.sent + m.sent ORDER BY k.ord), array_agg(k.times + m.times ORDER BY k.ord),
           array_agg(k.hour_from ORDER BY k.ord),
           bool_or(k.sent + m.sent > m.day_limit OR k.times + m.times > m.hour_limit)
    INTO v_sent, v_times, v_from, v_odd
    FROM known k JOIN more m ON m.usage = k.ord;
    IF v_odd THEN
      RAISE EXCEPTION 'to be judged' USING ERRCODE = 'LB001';
    END IF;
  END IF;

  -- The running balances. Only what leaves an account can run into its floor, and the sum over an entry counts.
  SELECT array_agg(v_booked[r.index] + r.run ORDER BY r.ord),
         bool_or(r.net < 0 AND v_booked[r.index] + r.entry_end < v_least[r.index])
  INTO v_after, v_odd
  FROM (SELECT l.index, l.ord,
               sum_minor(l.amount) OVER (PARTITION BY l.index ORDER BY l.ord ROWS UNBOUNDED PRECEDING) AS run,
               sum_minor(l.amount) OVER (PARTITION BY l.index ORDER BY l.job) AS entry_end,
               sum_minor(l.amount) OVER (PARTITION BY l.index, l.job) AS net
        FROM unnest(p_job, p_index, p_amount) WITH ORDINALITY AS l (job, index, amount, ord)) r;
  IF v_odd THEN
    RAISE EXCEPTION 'to be judged' USING ERRCODE = 'LB001';
  END IF;

  -- Everything with one statement.
  WITH made AS (
    INSERT INTO journal_entries
      (id, kind, booking_date, value_date, created_at, reference, operation, caller, lines, reverses,
       request_key, request_hash)
    SELECT e.entry, e.kind, CASE WHEN e.booking = unsaid THEN booked_on ELSE e.booking END,
           CASE WHEN e.value = unsaid THEN booked_on ELSE e.value END, at, e.reference, e.operation,
           nullif(e.caller, nil), l.lines, nullif(e.reverses, nil), nullif(e.key, nil),
           CASE WHEN e.key <> nil THEN e.hash END
    FROM unnest(p_entry, p_kind, p_booking, p_value, p_reference, p_operation, p_caller, p_reverses, p_key, p_hash)
      WITH ORDINALITY AS e (entry, kind, booking, value, reference, operation, caller, reverses, key, hash, ord)
    JOIN (SELECT l.job, max(l.line) AS lines FROM unnest(p_job, p_line) AS l (job, line) GROUP BY l.job) l ON l.job = e.ord
  ), posted AS (
    INSERT INTO postings
      (entry_id, line, ledger_account_id, currency, amount, balance_after, counterparty, counterparty_iban, at)
    SELECT p_entry[l.job], l.line, p_account[l.index], a.currency, l.amount, l.after, l.counterparty, nullif(l.iban, ''), at
    FROM unnest(p_job, p_line, p_index, p_amount, p_counterparty, p_iban, v_after)
      WITH ORDINALITY AS l (job, line, index, amount, counterparty, iban, after, ord)
    JOIN unnest(p_account_currency) WITH ORDINALITY AS a (currency, ord) ON a.ord = l.index
    -- Postings of one account keep the order of their arrival.
    ORDER BY l.ord
  ), moved AS (
    UPDATE balances b SET booked = b.booked + d.delta, moved_at = at
    FROM (SELECT p_account[l.index] AS account, sum_minor(l.amount) AS delta
          FROM unnest(p_index, p_amount) AS l (index, amount) GROUP BY l.index) d
    WHERE b.ledger_account_id = d.account AND b.ledger_account_id = ANY (p_account)
  ), told AS (
    INSERT INTO outbox (topic, payload, at, entries) VALUES ('entries.posted', '{}', at, p_entry)
  )
  UPDATE sent_usage s SET day = booked_on, sent = u.sent, hour_from = u.hour_from, hour_count = u.times
  FROM unnest(p_user, p_user_currency, v_sent, v_from, v_times) AS u (customer, currency, sent, hour_from, times)
  WHERE s.customer_id = u.customer AND s.currency = u.currency AND s.customer_id = ANY (p_user);

  SELECT array_agg(l.after ORDER BY l.job) INTO after
  FROM unnest(p_job, p_line, v_after) AS l (job, line, after) WHERE l.line = 1;
END
$$;
REVOKE ALL ON FUNCTION ledger_write FROM PUBLIC;

