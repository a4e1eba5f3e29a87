//! Two roles from the start: the owner of the tables migrates, and the app works as `larch_app`,
//! which is granted every right one by one. It can read the journal but never write to it:
//! postings are made only by functions that run with the owner's rights.

crate::sql_migration!("m0001_roles");

const UP: &str = r"
DO $$
BEGIN
  -- Roles belong to the whole cluster, so another database may have made it already.
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'larch_app') THEN
    CREATE ROLE larch_app LOGIN;
  END IF;
EXCEPTION WHEN duplicate_object OR unique_violation THEN
  NULL;
END
$$;

DO $$
BEGIN
  EXECUTE format('GRANT larch_app TO %I', current_user);
EXCEPTION WHEN invalid_grant_operation OR insufficient_privilege THEN
  NULL;
END
$$;

REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO larch_app;

-- What must never change says so itself, to the owner too.
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% on % is refused: what is written there stays; reverse it instead', TG_OP, TG_TABLE_NAME
    USING ERRCODE = 'LR001';
END
$$;
";
