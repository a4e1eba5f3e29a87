//! Limits that customers set themselves, and totals over what their mandates let out.

crate::sql_migration!("m0017_own_limits");

const UP: &str = r"
CREATE TABLE customer_limits (
  customer_id uuid NOT NULL REFERENCES customers (id),
  channel text NOT NULL CHECK (channel IN ('everything', 'programs')),
  -- Whole units of whatever currency.
  daily_max bigint NOT NULL CHECK (daily_max >= 0),
  -- A rise that was signed counts from its moment on.
  next_max bigint CHECK (next_max >= 0),
  next_from timestamptz,
  PRIMARY KEY (customer_id, channel),
  CHECK ((next_max IS NULL) = (next_from IS NULL))
);
GRANT SELECT, INSERT, UPDATE ON customer_limits TO larch_app;

-- What a mandate has let out in its period: a token by itself, or all programs of a customer in a day. Locked where it is
-- read, so that payments at once do not fit under a total together.
CREATE TABLE spending_counters (
  -- The token's id, or the customer's.
  subject uuid NOT NULL,
  currency text NOT NULL,
  period date NOT NULL,
  spent bigint NOT NULL CHECK (spent >= 0),
  PRIMARY KEY (subject, currency)
);
GRANT SELECT, INSERT, UPDATE ON spending_counters TO larch_app;

ALTER TABLE api_tokens
  ADD COLUMN total_max bigint CHECK (total_max > 0),
  ADD COLUMN total_per text CHECK (total_per IN ('day', 'week', 'month', 'ever')),
  ADD CONSTRAINT api_tokens_total CHECK ((total_max IS NULL) = (total_per IS NULL)
    AND (total_max IS NULL OR pay_up_to IS NOT NULL));
";
