-- What the bank looks up before it knows who calls, or across customers. Each function has the owner's rights and gives
-- what one purpose needs. What they are asked by is a secret's hash, an id that nobody guesses, or what a customer may
-- know anyway: an IBAN, an address.

CREATE FUNCTION session_by_hash(p_hash bytea)
RETURNS TABLE (id uuid, user_id uuid, customer_id uuid, last_seen_at timestamptz, ends_at timestamptz)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  RETURN QUERY SELECT s.id, s.user_id, u.customer_id, s.last_seen_at, s.ends_at
    FROM sessions s JOIN users u ON u.id = s.user_id WHERE s.token_hash = p_hash;
END
$$;

CREATE FUNCTION session_seen(p_session uuid, p_at timestamptz)
RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  UPDATE sessions SET last_seen_at = p_at WHERE id = p_session AND last_seen_at < p_at
$$;

-- With what the token's customer has set as limits, as it counts at that moment.
CREATE FUNCTION tokens_by_hash(p_hashes bytea[], p_now timestamptz)
RETURNS TABLE (id uuid, user_id uuid, customer_id uuid, token_hash bytea, pay_up_to bigint, pay_currency text,
  total_max bigint, total_per text, payees text[], expires_at timestamptz, last_used_at timestamptz,
  revoked_at timestamptz, own_everything bigint, own_programs bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  RETURN QUERY SELECT t.id, t.user_id, u.customer_id, t.token_hash, t.pay_up_to, t.pay_currency, t.total_max,
      t.total_per, t.payees, t.expires_at, t.last_used_at, t.revoked_at,
      CASE WHEN e.next_from <= p_now THEN e.next_max ELSE e.daily_max END,
      CASE WHEN p.next_from <= p_now THEN p.next_max ELSE p.daily_max END
    FROM api_tokens t JOIN users u ON u.id = t.user_id
    LEFT JOIN customer_limits e ON e.customer_id = u.customer_id AND e.channel = 'everything'
    LEFT JOIN customer_limits p ON p.customer_id = u.customer_id AND p.channel = 'programs'
    WHERE t.token_hash = ANY (p_hashes);
END
$$;

CREATE FUNCTION tokens_used(p_tokens uuid[], p_at timestamptz[])
RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  UPDATE api_tokens t SET last_used_at = greatest(t.last_used_at, u.at)
  FROM unnest(p_tokens, p_at) AS u (id, at) WHERE t.id = u.id
$$;

-- The directory of accounts, for the short way: whose they are and what they are called, never what is in them.
CREATE FUNCTION places_by_id(p_accounts uuid[])
RETURNS TABLE (id uuid, customer_id uuid, ledger_account_id bigint, iban text, currency text, name text, holder text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  RETURN QUERY SELECT a.id, a.customer_id, a.ledger_account_id, a.iban, a.currency, a.name, c.name
    FROM accounts a JOIN customers c ON c.id = a.customer_id WHERE a.id = ANY (p_accounts);
END
$$;

CREATE FUNCTION places_by_iban(p_ibans text[])
RETURNS TABLE (id uuid, customer_id uuid, ledger_account_id bigint, iban text, currency text, name text, holder text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  RETURN QUERY SELECT a.id, a.customer_id, a.ledger_account_id, a.iban, a.currency, a.name, c.name
    FROM accounts a JOIN customers c ON c.id = a.customer_id WHERE a.iban = ANY (p_ibans);
END
$$;

-- Whom an IBAN belongs to: for the check of a payee and for the other end of a payment.
CREATE FUNCTION payee_by_iban(p_iban text)
RETURNS TABLE (id uuid, customer_id uuid, ledger_account_id bigint, iban text, currency text, status text, holder text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  RETURN QUERY SELECT a.id, a.customer_id, a.ledger_account_id, a.iban, a.currency, a.status, c.name
    FROM accounts a JOIN customers c ON c.id = a.customer_id WHERE a.iban = p_iban;
END
$$;

-- All lines of an entry, to send it back: only to who has a side of it, and to the bank.
CREATE FUNCTION entry_lines(p_entry uuid)
RETURNS TABLE (ledger_account_id bigint, currency text, amount bigint, counterparty text, counterparty_iban text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF larch_is_bank() OR EXISTS (SELECT FROM postings p JOIN accounts a ON a.ledger_account_id = p.ledger_account_id
             WHERE p.entry_id = p_entry AND larch_may_see(a.customer_id)) THEN
    RETURN QUERY SELECT p.ledger_account_id, p.currency, p.amount, p.counterparty, p.counterparty_iban
      FROM postings p WHERE p.entry_id = p_entry ORDER BY p.line;
  END IF;
END
$$;

-- What the posting engine has posted, for an engine that lost the answer.
CREATE FUNCTION entry_posted(p_entry uuid)
RETURNS TABLE (balance_after bigint, at timestamptz, booking_date date)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT p.balance_after, p.at, e.booking_date FROM postings p JOIN journal_entries e ON e.id = p.entry_id
  WHERE p.entry_id = p_entry AND p.line = 1
$$;

-- Who a stranger may be. What is behind it is seen only by a database transaction for that user.
CREATE FUNCTION user_by_address(p_key text)
RETURNS TABLE (user_id uuid, customer_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT u.id, u.customer_id FROM user_emails e JOIN users u ON u.id = e.user_id WHERE e.address_key = p_key
$$;

CREATE FUNCTION customer_of(p_user uuid)
RETURNS uuid LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT customer_id FROM users WHERE id = p_user
$$;

CREATE FUNCTION demo_people()
RETURNS TABLE (handle text, name text, kind text, about text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT u.demo_handle, c.name, c.kind, coalesce(u.demo_about, '')
  FROM users u JOIN customers c ON c.id = u.customer_id
  WHERE u.demo_handle IS NOT NULL ORDER BY u.created_at, u.demo_handle LIMIT 20
$$;

CREATE FUNCTION demo_user(p_handle text)
RETURNS TABLE (user_id uuid, customer_id uuid, name text, kind text, demo boolean, since date)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT u.id, u.customer_id, c.name, c.kind, true, c.since
  FROM users u JOIN customers c ON c.id = u.customer_id WHERE u.demo_handle = p_handle
$$;

-- Ceremonies of strangers are nobody's rows, and whoever begins one knows its id.
CREATE FUNCTION ceremony_look(p_ceremony uuid, p_purpose text, p_now timestamptz)
RETURNS TABLE (user_id uuid, state jsonb)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT c.user_id, c.state FROM ceremonies c
  WHERE c.id = p_ceremony AND c.purpose = p_purpose AND c.expires_at > p_now
$$;

CREATE FUNCTION ceremony_take(p_ceremony uuid, p_purpose text, p_user uuid, p_now timestamptz)
RETURNS TABLE (state jsonb)
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  DELETE FROM ceremonies c
  WHERE c.id = p_ceremony AND c.purpose = p_purpose AND c.expires_at > p_now AND c.user_id IS NOT DISTINCT FROM p_user
  RETURNING c.state
$$;

CREATE FUNCTION ceremony_end(p_ceremony uuid)
RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  DELETE FROM ceremonies WHERE id = p_ceremony AND (user_id IS NULL OR larch_is_me(user_id))
$$;

-- Wrong tries are counted before it is known who tries. Taking them back is only for whoever it turned out to be.
CREATE FUNCTION try_begins(
  p_subject text, p_from integer, p_blocks bigint[], p_forgotten_before timestamptz, p_now timestamptz
) RETURNS TABLE (blocked_until timestamptz, may boolean)
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  WITH counted AS (
    INSERT INTO tries AS t (subject, failures, last_at) VALUES (p_subject, 1, p_now)
    ON CONFLICT (subject) DO UPDATE SET
      failures = CASE WHEN t.last_at < p_forgotten_before THEN 1 ELSE t.failures + 1 END,
      told = CASE WHEN t.last_at < p_forgotten_before THEN 0 ELSE t.told END,
      last_at = p_now,
      blocked_until = CASE
        WHEN t.last_at < p_forgotten_before OR t.failures + 1 < p_from THEN NULL
        ELSE p_now + make_interval(secs => p_blocks[least(t.failures + 2 - p_from, cardinality(p_blocks))])
      END
    WHERE t.blocked_until IS NULL OR t.blocked_until <= p_now
    RETURNING t.blocked_until
  )
  SELECT c.blocked_until, true FROM counted c
  UNION ALL
  SELECT t.blocked_until, false FROM tries t WHERE t.subject = p_subject AND NOT EXISTS (SELECT FROM counted)
$$;

-- True once for each block that is new.
CREATE FUNCTION try_is_news(p_subject text, p_now timestamptz)
RETURNS boolean LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  WITH told AS (
    UPDATE tries SET told = failures
    WHERE subject = p_subject AND blocked_until > p_now AND told < failures RETURNING true
  )
  SELECT EXISTS (SELECT FROM told)
$$;

REVOKE ALL ON FUNCTION session_by_hash, session_seen, tokens_by_hash, tokens_used, places_by_id, places_by_iban,
  payee_by_iban, entry_lines, entry_posted, user_by_address, customer_of, demo_people, demo_user, ceremony_look,
  ceremony_take, ceremony_end, try_begins, try_is_news FROM PUBLIC;
GRANT EXECUTE ON FUNCTION session_by_hash, session_seen, tokens_by_hash, tokens_used, places_by_id, places_by_iban,
  payee_by_iban, entry_lines, entry_posted, user_by_address, customer_of, demo_people, demo_user, ceremony_look,
  ceremony_take, ceremony_end, try_begins, try_is_news TO larch_app;

