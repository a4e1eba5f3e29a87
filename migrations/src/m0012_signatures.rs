//! Signatures under operations that waited, the payees whom customers trust, and what was paid without a
//! signature since the last one.

crate::sql_migration!("m0012_signatures");

const UP: &str = r"
-- What a ceremony serves for is the operations' business: the list here would have to grow with each of them.
ALTER TABLE ceremonies DROP CONSTRAINT ceremonies_purpose_check;
ALTER TABLE ceremonies ADD CONSTRAINT ceremonies_purpose_check CHECK (purpose ~ '^[a-z_]{3,40}$');

CREATE TABLE signatures (
  -- One signature for one request.
  pending_id uuid PRIMARY KEY REFERENCES pending_operations (id),
  user_id uuid NOT NULL REFERENCES users (id),
  passkey_id uuid NOT NULL,
  -- The journal entry that came of it. Not every signature moves money.
  entry_id uuid UNIQUE,
  -- All that is needed to check it without the bank.
  proof jsonb NOT NULL,
  signed_at timestamptz NOT NULL
);
CREATE TRIGGER signatures_stay BEFORE UPDATE OR DELETE ON signatures
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER signatures_stay_all BEFORE TRUNCATE ON signatures
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
GRANT SELECT, INSERT ON signatures TO larch_app;

-- Paying them again needs no signature; putting them here did.
CREATE TABLE trusted_payees (
  customer_id uuid NOT NULL REFERENCES customers (id),
  iban text NOT NULL,
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 70),
  since date NOT NULL,
  PRIMARY KEY (customer_id, iban)
);
GRANT SELECT, INSERT, UPDATE (name), DELETE ON trusted_payees TO larch_app;

-- Small payments since a user's last signature: after some of them, one is signed again.
CREATE TABLE unsigned_usage (
  user_id uuid PRIMARY KEY REFERENCES users (id),
  sum bigint NOT NULL DEFAULT 0 CHECK (sum >= 0),
  count integer NOT NULL DEFAULT 0 CHECK (count >= 0)
);
GRANT SELECT, INSERT, UPDATE (sum, count) ON unsigned_usage TO larch_app;
";
