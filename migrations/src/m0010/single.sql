-- One entry, for an operation that writes more rows in the same database transaction. What the batch
-- would refuse is raised: LP001 not enough money, LP002 closed, LP003 another currency, LP004 reversed
-- already, LP005 unknown, LP006 period closed, LP007 blocked, LP008 over the day's limit, LP009 over the hour's
-- count, LP010 the request was posted before (detail: its entry), LP011 its key was used for another request.
DROP FUNCTION ledger_post;
CREATE FUNCTION ledger_post(
  p_entry uuid, p_kind text, p_booking date, p_value date, p_at timestamptz, p_reference text,
  p_operation text, p_caller uuid, p_reverses uuid, p_key uuid, p_hash bytea,
  p_owner uuid, p_day_limit bigint, p_hour_limit int,
  p_accounts bigint[], p_currencies text[], p_amounts bigint[], p_counterparties text[], p_ibans text[]
) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  m CONSTANT int := cardinality(p_accounts);
  nil CONSTANT uuid := '00000000-0000-0000-0000-000000000000';
  v_account bigint[];
  v_currency text[];
  v_index int[];
  b record;
  r record;
BEGIN
  SELECT array_agg(k.account ORDER BY k.account, k.currency), array_agg(k.currency ORDER BY k.account, k.currency)
  INTO v_account, v_currency
  FROM (SELECT DISTINCT l.account, l.currency FROM unnest(p_accounts, p_currencies) AS l (account, currency)) k;
  SELECT array_agg(k.ord::int ORDER BY l.ord) INTO v_index
  FROM unnest(p_accounts, p_currencies) WITH ORDINALITY AS l (account, currency, ord)
  JOIN unnest(v_account, v_currency) WITH ORDINALITY AS k (account, currency, ord)
    ON k.account = l.account AND k.currency = l.currency;
  SELECT * INTO b FROM ledger_post_batch(
    -- Before the first day is open: the day that was said, or the one it is made on.
    p_at, coalesce(nullif(p_booking, '0001-01-01'), (p_at AT TIME ZONE 'UTC')::date),
    ARRAY[p_entry], ARRAY[p_kind], ARRAY[p_booking], ARRAY[p_value], ARRAY[p_reference], ARRAY[p_operation],
    ARRAY[coalesce(p_caller, nil)], ARRAY[coalesce(p_reverses, nil)],
    ARRAY[coalesce(p_key, nil)], ARRAY[coalesce(p_hash, '\x')], ARRAY[nil],
    ARRAY[CASE WHEN p_owner IS NULL THEN 0 ELSE 1 END], ARRAY[p_day_limit], ARRAY[p_hour_limit], ARRAY[''], ARRAY[''],
    CASE WHEN p_owner IS NULL THEN '{}'::uuid[] ELSE ARRAY[p_owner] END,
    CASE WHEN p_owner IS NULL THEN '{}'::text[] ELSE ARRAY[p_currencies[1]] END,
    v_account, v_currency,
    array_fill(1, ARRAY[m]), ARRAY(SELECT generate_series(1, m)::smallint), v_index,
    p_amounts, p_counterparties, p_ibans);
  SELECT b.code[1] AS code, b.detail[1] AS detail, b.entry[1] AS entry, b.after[1] AS balance_after INTO r;
  IF r.code <> '' THEN
    RAISE EXCEPTION 'entry % is refused: %', p_entry, r.code
      USING DETAIL = CASE WHEN r.code = 'known' THEN r.entry::text ELSE r.detail::text END,
        ERRCODE = CASE r.code
          WHEN 'insufficient_funds' THEN 'LP001' WHEN 'account_closed' THEN 'LP002'
          WHEN 'currency_mismatch' THEN 'LP003' WHEN 'already_reversed' THEN 'LP004'
          WHEN 'not_found' THEN 'LP005' WHEN 'period_closed' THEN 'LP006' WHEN 'account_blocked' THEN 'LP007'
          WHEN 'limit_exceeded' THEN 'LP008' WHEN 'too_many' THEN 'LP009' WHEN 'known' THEN 'LP010'
          WHEN 'key_reused' THEN 'LP011' ELSE 'LP000' END;
  END IF;
  RETURN r.balance_after;
END
$$;
REVOKE ALL ON FUNCTION ledger_post FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ledger_post TO larch_app;

