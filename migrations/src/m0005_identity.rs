//! Customers, their users, and how they prove who they are. Session tokens are kept as hashes
//! only; a passkey ceremony is deleted by the request that answers it, so it serves once.

crate::sql_migration!("m0005_identity");

const UP: &str = r"
CREATE TABLE customers (
  id uuid PRIMARY KEY,
  kind text NOT NULL CHECK (kind IN ('person', 'business')),
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 70),
  since date NOT NULL,
  created_at timestamptz NOT NULL
);

CREATE TABLE users (
  id uuid PRIMARY KEY,
  customer_id uuid NOT NULL REFERENCES customers (id),
  -- Only the demo's people have a handle: it is how one signs in as them.
  demo_handle text UNIQUE,
  demo_about text,
  created_at timestamptz NOT NULL
);
CREATE INDEX users_by_customer ON users (customer_id);

CREATE TABLE passkeys (
  id uuid PRIMARY KEY,
  user_id uuid NOT NULL REFERENCES users (id),
  credential_id bytea NOT NULL UNIQUE,
  credential jsonb NOT NULL,
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 70),
  synced boolean NOT NULL,
  added_at timestamptz NOT NULL,
  last_used_at timestamptz
);
CREATE INDEX passkeys_by_user ON passkeys (user_id);

CREATE TABLE sessions (
  id uuid PRIMARY KEY,
  token_hash bytea NOT NULL UNIQUE CHECK (length(token_hash) = 32),
  user_id uuid NOT NULL REFERENCES users (id),
  device text NOT NULL,
  started_at timestamptz NOT NULL,
  last_seen_at timestamptz NOT NULL,
  ends_at timestamptz NOT NULL
);
CREATE INDEX sessions_by_user ON sessions (user_id);

CREATE TABLE ceremonies (
  id uuid PRIMARY KEY,
  purpose text NOT NULL CHECK (purpose IN ('sign_up', 'sign_in', 'add_passkey')),
  user_id uuid REFERENCES users (id),
  state jsonb NOT NULL,
  expires_at timestamptz NOT NULL
);
CREATE INDEX ceremonies_by_expiry ON ceremonies (expires_at);

GRANT SELECT, INSERT, UPDATE ON customers, users TO larch_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON passkeys, sessions, ceremonies TO larch_app;
";
