//! Signatures by a code of an app, for customers who have no passkey: what was signed, and how much in a day.

crate::sql_migration!("m0016_code_signatures");

const UP: &str = r"
CREATE TABLE code_signatures (
  pending_id uuid PRIMARY KEY REFERENCES pending_operations (id),
  user_id uuid NOT NULL REFERENCES users (id),
  entry_id uuid UNIQUE,
  -- As it stood beside the field for the code.
  short_code text NOT NULL CHECK (length(short_code) = 9),
  document text NOT NULL,
  amount bigint CHECK (amount > 0),
  currency text,
  signed_at timestamptz NOT NULL,
  CHECK ((amount IS NULL) = (currency IS NULL))
);
CREATE INDEX code_signatures_by_user ON code_signatures (user_id, signed_at);
CREATE TRIGGER code_signatures_stay BEFORE UPDATE OR DELETE ON code_signatures
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER code_signatures_stay_all BEFORE TRUNCATE ON code_signatures
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
GRANT SELECT, INSERT ON code_signatures TO larch_app;
";
