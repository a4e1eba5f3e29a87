//! A login can be closed by whoever runs the bank: until now a stolen one could not be stopped. The column is empty
//! for everybody who is there; the release before does not look at it.

crate::sql_migration!("m0020_locked_users");

const UP: &str = r"
ALTER TABLE users ADD COLUMN locked_at timestamptz;
GRANT UPDATE (locked_at) ON users TO larch_app;
CREATE POLICY operator_locks ON users FOR UPDATE TO larch_app USING (larch_caller() = 'operator');

-- The operator ends tokens without seeing them.
CREATE FUNCTION tokens_revoke_of(p_user uuid, p_at timestamptz)
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF larch_caller() IS DISTINCT FROM 'operator' THEN
    RAISE EXCEPTION 'only the operator ends all tokens of a user';
  END IF;
  UPDATE api_tokens SET revoked_at = p_at WHERE user_id = p_user AND revoked_at IS NULL;
END
$$;
REVOKE ALL ON FUNCTION tokens_revoke_of FROM PUBLIC;
GRANT EXECUTE ON FUNCTION tokens_revoke_of TO larch_app;
";
