//! What the hallway writes down: answers that were given (so that the same key gives the same
//! answer), operations that wait, the audit lines with their chain, and the outbox.

crate::sql_migration!("m0007_hallway");

const UP: &str = r"
CREATE TABLE idempotency (
  caller text NOT NULL,
  operation text NOT NULL,
  key uuid NOT NULL,
  request_hash bytea NOT NULL CHECK (length(request_hash) = 32),
  answer jsonb NOT NULL,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (caller, operation, key)
);

CREATE TABLE pending_operations (
  id uuid PRIMARY KEY,
  operation text NOT NULL,
  input jsonb NOT NULL,
  hash bytea NOT NULL CHECK (length(hash) = 32),
  user_id uuid NOT NULL REFERENCES users (id),
  summary jsonb NOT NULL,
  missing text NOT NULL,
  state text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'done', 'cancelled', 'expired', 'refused')),
  output jsonb,
  refusal jsonb,
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  ended_at timestamptz,
  CHECK ((state = 'waiting') = (ended_at IS NULL)),
  CHECK ((state = 'done') = (output IS NOT NULL))
);
CREATE INDEX pending_by_user ON pending_operations (user_id, created_at DESC) WHERE state = 'waiting';
CREATE INDEX pending_to_expire ON pending_operations (expires_at) WHERE state = 'waiting';

-- A decision is made once, over exactly what was asked.
CREATE FUNCTION pending_is_decided_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.state <> 'waiting' OR NEW.input <> OLD.input OR NEW.hash <> OLD.hash OR NEW.user_id <> OLD.user_id
     OR NEW.operation <> OLD.operation OR NEW.summary <> OLD.summary OR NEW.missing <> OLD.missing THEN
    RAISE EXCEPTION 'pending operation % is decided', OLD.id USING ERRCODE = 'LR004';
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER pending_once BEFORE UPDATE ON pending_operations
  FOR EACH ROW EXECUTE FUNCTION pending_is_decided_once();

CREATE TABLE audit_lines (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at timestamptz NOT NULL,
  door text NOT NULL,
  caller text NOT NULL,
  user_id uuid,
  operation text NOT NULL,
  outcome text NOT NULL,
  -- SHA-256 of the canonical input: proves what was asked without keeping it.
  input_hash bytea NOT NULL CHECK (length(input_hash) = 32)
);

CREATE TABLE audit_chain (
  position bigint PRIMARY KEY CHECK (position > 0),
  line_id bigint NOT NULL UNIQUE REFERENCES audit_lines (id),
  hash bytea NOT NULL CHECK (length(hash) = 32)
);

CREATE TRIGGER audit_lines_stay BEFORE UPDATE OR DELETE ON audit_lines
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_lines_stay_all BEFORE TRUNCATE ON audit_lines
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_chain_stays BEFORE UPDATE OR DELETE ON audit_chain
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_chain_stays_all BEFORE TRUNCATE ON audit_chain
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TABLE outbox (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  topic text NOT NULL,
  customer_id uuid REFERENCES customers (id),
  payload jsonb NOT NULL,
  at timestamptz NOT NULL,
  delivered_at timestamptz
);
CREATE INDEX outbox_waiting ON outbox (id) WHERE delivered_at IS NULL;

GRANT SELECT, INSERT ON idempotency, audit_lines, audit_chain TO larch_app;
GRANT SELECT, INSERT, UPDATE ON pending_operations TO larch_app;
GRANT SELECT, INSERT, UPDATE (delivered_at) ON outbox TO larch_app;
";
