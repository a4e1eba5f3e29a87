-- What the narrow functions give of columns that are sealed now, with the data key to open them where one query has to do.
DROP FUNCTION places_by_id, places_by_iban, payee_by_iban, entry_lines, user_by_address, demo_people, demo_user,
  ceremony_look, ceremony_take;

CREATE FUNCTION places_by_id(p_accounts uuid[])
RETURNS TABLE (id uuid, customer_id uuid, ledger_account_id bigint, iban text, currency text, name bytea, holder bytea,
  owner_id uuid, wrapped bytea, master_key_id text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  RETURN QUERY SELECT a.id, a.customer_id, a.ledger_account_id, a.iban, a.currency, a.name, c.name,
      k.owner_id, k.wrapped, k.master_key_id
    FROM accounts a JOIN customers c ON c.id = a.customer_id JOIN data_keys k ON k.owner_id = c.id
    WHERE a.id = ANY (p_accounts);
END
$$;

CREATE FUNCTION places_by_iban(p_ibans text[])
RETURNS TABLE (id uuid, customer_id uuid, ledger_account_id bigint, iban text, currency text, name bytea, holder bytea,
  owner_id uuid, wrapped bytea, master_key_id text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  RETURN QUERY SELECT a.id, a.customer_id, a.ledger_account_id, a.iban, a.currency, a.name, c.name,
      k.owner_id, k.wrapped, k.master_key_id
    FROM accounts a JOIN customers c ON c.id = a.customer_id JOIN data_keys k ON k.owner_id = c.id
    WHERE a.iban = ANY (p_ibans);
END
$$;

CREATE FUNCTION payee_by_iban(p_iban text)
RETURNS TABLE (id uuid, customer_id uuid, ledger_account_id bigint, iban text, currency text, status text, holder bytea,
  owner_id uuid, wrapped bytea, master_key_id text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  RETURN QUERY SELECT a.id, a.customer_id, a.ledger_account_id, a.iban, a.currency, a.status, c.name,
      k.owner_id, k.wrapped, k.master_key_id
    FROM accounts a JOIN customers c ON c.id = a.customer_id JOIN data_keys k ON k.owner_id = c.id
    WHERE a.iban = p_iban;
END
$$;

-- With whose each line is, as the words of every line are sealed for who reads it.
CREATE FUNCTION entry_lines(p_entry uuid)
RETURNS TABLE (ledger_account_id bigint, customer_id uuid, line smallint, currency text, amount bigint,
  counterparty text, counterparty_iban text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF larch_is_bank() OR EXISTS (SELECT FROM postings p JOIN accounts a ON a.ledger_account_id = p.ledger_account_id
             WHERE p.entry_id = p_entry AND larch_may_see(a.customer_id)) THEN
    RETURN QUERY SELECT p.ledger_account_id, a.customer_id, p.line, p.currency, p.amount, p.counterparty,
        p.counterparty_iban
      FROM postings p LEFT JOIN accounts a ON a.ledger_account_id = p.ledger_account_id
      WHERE p.entry_id = p_entry ORDER BY p.line;
  END IF;
END
$$;

-- By the keyed hash of an address.
CREATE FUNCTION user_by_address(p_key bytea)
RETURNS TABLE (user_id uuid, customer_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT u.id, u.customer_id FROM user_emails e JOIN users u ON u.id = e.user_id WHERE e.address_key = p_key
$$;

CREATE FUNCTION demo_people()
RETURNS TABLE (handle text, customer_id uuid, name bytea, kind text, about text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT u.demo_handle, u.customer_id, c.name, c.kind, coalesce(u.demo_about, '')
  FROM users u JOIN customers c ON c.id = u.customer_id
  WHERE u.demo_handle IS NOT NULL ORDER BY u.created_at, u.demo_handle LIMIT 20
$$;

CREATE FUNCTION demo_user(p_handle text)
RETURNS TABLE (user_id uuid, customer_id uuid, name bytea, kind text, demo boolean, since date)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT u.id, u.customer_id, c.name, c.kind, true, c.since
  FROM users u JOIN customers c ON c.id = u.customer_id WHERE u.demo_handle = p_handle
$$;

CREATE FUNCTION ceremony_look(p_ceremony uuid, p_purpose text, p_now timestamptz)
RETURNS TABLE (user_id uuid, state bytea)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT c.user_id, c.state FROM ceremonies c
  WHERE c.id = p_ceremony AND c.purpose = p_purpose AND c.expires_at > p_now
$$;

CREATE FUNCTION ceremony_take(p_ceremony uuid, p_purpose text, p_user uuid, p_now timestamptz)
RETURNS TABLE (state bytea)
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  DELETE FROM ceremonies c
  WHERE c.id = p_ceremony AND c.purpose = p_purpose AND c.expires_at > p_now AND c.user_id IS NOT DISTINCT FROM p_user
  RETURNING c.state
$$;

-- Data keys are asked for by whom they belong to: by strangers who turn out to be somebody, for the other side of a
-- payment, for whom the clock writes to. They are wrapped, and worth nothing without the master key.
CREATE FUNCTION data_keys_of(p_owners uuid[])
RETURNS TABLE (owner_id uuid, wrapped bytea, master_key_id text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  RETURN QUERY SELECT k.owner_id, k.wrapped, k.master_key_id FROM data_keys k WHERE k.owner_id = ANY (p_owners);
END
$$;

CREATE FUNCTION data_key_of_user(p_user uuid)
RETURNS TABLE (owner_id uuid, wrapped bytea, master_key_id text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  RETURN QUERY SELECT k.owner_id, k.wrapped, k.master_key_id
    FROM users u JOIN data_keys k ON k.owner_id = u.customer_id WHERE u.id = p_user;
END
$$;

-- A key that is there stays. The bank's own are made before anybody calls, a customer's before the customer is there.
CREATE FUNCTION data_keys_make(p_owners uuid[], p_wrapped bytea[], p_master text)
RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  INSERT INTO data_keys (owner_id, wrapped, master_key_id)
  SELECT k.owner, k.wrapped, p_master FROM unnest(p_owners, p_wrapped) AS k (owner, wrapped)
  ON CONFLICT DO NOTHING
$$;

-- Which master keys the living keys are wrapped with.
CREATE FUNCTION data_key_counts()
RETURNS TABLE (master_key_id text, count bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT k.master_key_id, count(*) FROM data_keys k WHERE k.wrapped IS NOT NULL GROUP BY 1 ORDER BY 1
$$;

REVOKE ALL ON FUNCTION places_by_id, places_by_iban, payee_by_iban, entry_lines, user_by_address, demo_people, demo_user,
  ceremony_look, ceremony_take, data_keys_of, data_key_of_user, data_keys_make, data_key_counts FROM PUBLIC;
GRANT EXECUTE ON FUNCTION places_by_id, places_by_iban, payee_by_iban, entry_lines, user_by_address, demo_people,
  demo_user, ceremony_look, ceremony_take, data_keys_of, data_key_of_user, data_keys_make, data_key_counts TO larch_app;
