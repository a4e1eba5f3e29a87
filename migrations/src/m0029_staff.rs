//! People who work at the bank, in the browser: whoever runs the server lets them in with a code, and their sessions end.
//! Their names are not customers' data and stand in the plain; codes and tokens are kept as hashes.

crate::sql_migration!("m0029_staff");

const UP: &str = r"
CREATE TABLE staff (
  id uuid PRIMARY KEY,
  -- As customers see it beside an answer.
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 70),
  -- Until it is used.
  code_hash bytea UNIQUE CHECK (length(code_hash) = 32),
  code_ends_at timestamptz NOT NULL,
  invited_at timestamptz NOT NULL,
  -- The session that the code became.
  token_hash bytea UNIQUE CHECK (length(token_hash) = 32),
  begun_at timestamptz,
  last_seen_at timestamptz,
  ends_at timestamptz,
  ended_at timestamptz,
  CHECK ((token_hash IS NULL) = (begun_at IS NULL) AND (begun_at IS NULL) = (ends_at IS NULL)
    AND (begun_at IS NULL) = (last_seen_at IS NULL)),
  -- A code is a session once.
  CHECK (code_hash IS NULL OR token_hash IS NULL)
);
ALTER TABLE staff ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_works ON staff TO CURRENT_USER USING (true) WITH CHECK (true);
CREATE POLICY operator_works ON staff TO larch_app USING ((SELECT larch_caller()) = 'operator');
GRANT SELECT, INSERT, UPDATE (code_hash, last_seen_at, ended_at) ON staff TO larch_app;

-- What is asked before it is known who asks: by the hash of a secret, as for customers' sessions.
CREATE FUNCTION staff_enter(p_code bytea, p_token bytea, p_now timestamptz, p_ends timestamptz)
RETURNS TABLE (id uuid, name text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  RETURN QUERY UPDATE staff s SET code_hash = NULL, token_hash = p_token, begun_at = p_now, last_seen_at = p_now, ends_at = p_ends
    WHERE s.code_hash = p_code AND s.code_ends_at > p_now AND s.ended_at IS NULL RETURNING s.id, s.name;
END
$$;
CREATE FUNCTION staff_by_hash(p_hash bytea)
RETURNS TABLE (id uuid, name text, last_seen_at timestamptz, ends_at timestamptz)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  RETURN QUERY SELECT s.id, s.name, s.last_seen_at, s.ends_at FROM staff s
    WHERE s.token_hash = p_hash AND s.ended_at IS NULL;
END
$$;
CREATE FUNCTION staff_seen(p_staff uuid, p_at timestamptz)
RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  UPDATE staff SET last_seen_at = p_at WHERE id = p_staff AND last_seen_at < p_at
$$;
REVOKE ALL ON FUNCTION staff_enter, staff_by_hash, staff_seen FROM PUBLIC;
GRANT EXECUTE ON FUNCTION staff_enter, staff_by_hash, staff_seen TO larch_app;
";
