-- The accounts that the user holds a living mandate for. No programs come in this way, and nobody while the login that
-- gave it is closed. That a mandate's time is over is written down by the clock; until then the access step and the posting
-- functions go by the moment itself.
CREATE FUNCTION larch_held_accounts()
RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT a.id FROM mandates m
  JOIN accounts a ON a.customer_id = m.grantor_id AND (m.all_accounts OR a.id = ANY (m.accounts))
  JOIN users u ON u.id = m.granted_by AND u.locked_at IS NULL
  WHERE m.holder_user = larch_user() AND m.ended_at IS NULL AND larch_caller() = 'customer'
$$;
CREATE FUNCTION larch_held_ledgers()
RETURNS SETOF bigint LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT a.ledger_account_id FROM mandates m
  JOIN accounts a ON a.customer_id = m.grantor_id AND (m.all_accounts OR a.id = ANY (m.accounts))
  JOIN users u ON u.id = m.granted_by AND u.locked_at IS NULL
  WHERE m.holder_user = larch_user() AND m.ended_at IS NULL AND larch_caller() = 'customer'
$$;

-- Whether the user may pay from one of a customer's accounts at all.
CREATE FUNCTION larch_pays_for(p_customer uuid)
RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT EXISTS (SELECT FROM mandates m
    WHERE m.grantor_id = p_customer AND m.holder_user = larch_user() AND m.ended_at IS NULL AND m.kind <> 'view'
      AND larch_caller() = 'customer')
$$;

-- What whoever pays for a customer is bound by: the customer's own limits, and what has been sent.
CREATE FUNCTION grantor_limits(p_customer uuid)
RETURNS TABLE (channel text, daily_max bigint, next_max bigint, next_from timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT l.channel, l.daily_max, l.next_max, l.next_from FROM customer_limits l
  WHERE l.customer_id = p_customer AND larch_pays_for(p_customer)
$$;
CREATE FUNCTION grantor_sent(p_customer uuid, p_currency text)
RETURNS TABLE (day date, sent bigint, hour_from timestamptz, hour_count integer)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT s.day, s.sent, s.hour_from, s.hour_count FROM sent_usage s
  WHERE s.customer_id = p_customer AND s.currency = p_currency AND larch_pays_for(p_customer)
$$;

-- The names of those whom a mandate, or an offer of one, brings together with the caller. Names only.
CREATE FUNCTION mandate_names()
RETURNS TABLE (customer_id uuid, name bytea)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT c.id, c.name FROM customers c WHERE larch_caller() = 'customer' AND c.id IN (
    SELECT m.grantor_id FROM mandates m WHERE m.holder_user = larch_user()
    UNION SELECT m.grantor_id FROM mandates m WHERE m.offered_to = larch_user()
    UNION SELECT m.holder_id FROM mandates m WHERE m.grantor_id = larch_customer() AND m.holder_id IS NOT NULL)
$$;

-- What is offered to whoever has the code, and by whom. Its hash is of 80 random bits.
CREATE FUNCTION mandate_by_code(p_hash bytea, p_at timestamptz)
RETURNS SETOF mandates LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT m.* FROM mandates m
  WHERE m.code_hash = p_hash AND m.accepted_at IS NULL AND m.ended_at IS NULL AND m.offer_ends_at > p_at
    AND larch_caller() = 'customer'
$$;
CREATE FUNCTION mandate_offered_by(p_hash bytea)
RETURNS TABLE (customer_id uuid, name bytea)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT c.id, c.name FROM mandates m JOIN customers c ON c.id = m.grantor_id
  WHERE m.code_hash = p_hash AND m.accepted_at IS NULL AND m.ended_at IS NULL AND larch_caller() = 'customer'
$$;

-- The names of the accounts in an offer: what the one it is offered to is shown before they accept.
CREATE FUNCTION mandate_accounts(p_mandate uuid, p_hash bytea)
RETURNS TABLE (id uuid, name bytea, iban text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT a.id, a.name, a.iban FROM mandates m
  JOIN accounts a ON a.customer_id = m.grantor_id AND (m.all_accounts OR a.id = ANY (m.accounts))
  WHERE m.id = p_mandate AND m.ended_at IS NULL AND larch_caller() = 'customer'
    AND (m.offered_to = larch_user() OR m.holder_user = larch_user() OR m.grantor_id = larch_customer()
      OR m.code_hash = p_hash)
  ORDER BY a.opened_at, a.id
$$;

CREATE FUNCTION mandate_accept(p_mandate uuid, p_hash bytea, p_at timestamptz)
RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  UPDATE mandates m SET accepted_at = p_at, holder_user = larch_user(), holder_id = larch_customer()
  WHERE m.id = p_mandate AND (m.offered_to = larch_user() OR m.code_hash = p_hash)
    AND m.accepted_at IS NULL AND m.ended_at IS NULL AND m.offer_ends_at > p_at
    AND (m.expires_at IS NULL OR m.expires_at > p_at)
    AND m.grantor_id <> larch_customer() AND larch_caller() = 'customer';
  RETURN FOUND;
END
$$;

-- The holder leaves, or does not want what is offered.
CREATE FUNCTION mandate_leave(p_mandate uuid, p_at timestamptz)
RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  UPDATE mandates m SET ended_at = p_at, ended_by = 'holder'
  WHERE m.id = p_mandate AND m.ended_at IS NULL AND larch_caller() = 'customer'
    AND (m.holder_user = larch_user() OR (m.accepted_at IS NULL AND m.offered_to = larch_user()));
  RETURN FOUND;
END
$$;

-- Notes that it is used now, and says whether it is alive. Whoever ends or narrows it meanwhile waits, or is waited for.
CREATE FUNCTION mandate_use(p_mandate uuid, p_at timestamptz)
RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  UPDATE mandates m SET last_used_at = greatest(m.last_used_at, p_at)
  WHERE m.id = p_mandate AND m.holder_user = larch_user() AND m.ended_at IS NULL
    AND (m.expires_at IS NULL OR m.expires_at > p_at) AND larch_caller() = 'customer'
    AND EXISTS (SELECT FROM users u WHERE u.id = m.granted_by AND u.locked_at IS NULL);
  RETURN FOUND;
END
$$;

-- Puts a request before the one who granted a mandate: only its holder can, and ten at once at most wait.
CREATE FUNCTION mandate_ask(
  p_mandate uuid, p_id uuid, p_operation text, p_input bytea, p_hash bytea, p_summary bytea, p_missing text,
  p_at timestamptz, p_until timestamptz
) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  v_user uuid;
BEGIN
  SELECT m.granted_by INTO v_user FROM mandates m
  WHERE m.id = p_mandate AND m.holder_user = larch_user() AND m.kind = 'pay' AND m.ended_at IS NULL
    AND (m.expires_at IS NULL OR m.expires_at > p_at) AND larch_caller() = 'customer'
  FOR NO KEY UPDATE;
  IF v_user IS NULL OR (SELECT count(*) FROM pending_operations p WHERE p.mandate_id = p_mandate
      AND p.state = 'waiting' AND p.expires_at > p_at) >= 10 THEN
    RETURN false;
  END IF;
  INSERT INTO pending_operations (id, operation, input, hash, user_id, summary, missing, created_at, expires_at,
      asked_by, mandate_id)
  VALUES (p_id, p_operation, p_input, p_hash, v_user, p_summary, p_missing, p_at, p_until, larch_user(), p_mandate);
  RETURN true;
END
$$;

-- Whether a press takes the place of a signature for who granted a mandate: a demo person.
CREATE FUNCTION mandate_grantor_presses(p_mandate uuid)
RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT EXISTS (SELECT FROM mandates m JOIN users u ON u.id = m.granted_by
    WHERE m.id = p_mandate AND m.holder_user = larch_user() AND u.demo_handle IS NOT NULL)
$$;

-- The clock's: what has run out has ended.
CREATE FUNCTION mandates_expire(p_at timestamptz)
RETURNS TABLE (id uuid, grantor_id uuid, holder_id uuid)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF larch_is_bank() THEN
    RETURN QUERY UPDATE mandates m SET ended_at = p_at, ended_by = 'time'
      WHERE m.ended_at IS NULL AND (m.expires_at <= p_at OR (m.accepted_at IS NULL AND m.offer_ends_at <= p_at))
      RETURNING m.id, m.grantor_id, m.holder_id;
  END IF;
END
$$;

-- All lines of an entry, also for the joint holder of a side of it: sending it back needs them.
CREATE OR REPLACE FUNCTION entry_lines(p_entry uuid)
RETURNS TABLE (ledger_account_id bigint, customer_id uuid, line smallint, currency text, amount bigint,
  counterparty text, counterparty_iban text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF larch_is_bank() OR EXISTS (SELECT FROM postings p JOIN accounts a ON a.ledger_account_id = p.ledger_account_id
             WHERE p.entry_id = p_entry AND (larch_may_see(a.customer_id) OR EXISTS (SELECT FROM mandates m
               WHERE m.holder_user = larch_user() AND m.kind = 'joint' AND m.ended_at IS NULL
                 AND m.grantor_id = a.customer_id AND a.id = ANY (m.accounts) AND larch_caller() = 'customer'))) THEN
    RETURN QUERY SELECT p.ledger_account_id, a.customer_id, p.line, p.currency, p.amount, p.counterparty,
        p.counterparty_iban
      FROM postings p LEFT JOIN accounts a ON a.ledger_account_id = p.ledger_account_id
      WHERE p.entry_id = p_entry ORDER BY p.line;
  END IF;
END
$$;

REVOKE ALL ON FUNCTION larch_held_accounts, larch_held_ledgers, larch_pays_for, grantor_limits, grantor_sent,
  mandate_names, mandate_by_code, mandate_offered_by, mandate_accounts, mandate_accept, mandate_leave, mandate_use, mandate_ask,
  mandate_grantor_presses, mandates_expire FROM PUBLIC;
GRANT EXECUTE ON FUNCTION larch_held_accounts, larch_held_ledgers, larch_pays_for, grantor_limits, grantor_sent,
  mandate_names, mandate_by_code, mandate_offered_by, mandate_accounts, mandate_accept, mandate_leave, mandate_use, mandate_ask,
  mandate_grantor_presses, mandates_expire TO larch_app;
