-- What an import leaves in the plain is sealed by the next start, or by `larch keys seal`.
ALTER TABLE customers DROP COLUMN name, ADD COLUMN name bytea, ADD COLUMN plain_name text,
  ADD CHECK ((name IS NULL) <> (plain_name IS NULL));
ALTER TABLE accounts DROP COLUMN name, ADD COLUMN name bytea, ADD COLUMN plain_name text,
  ADD CHECK ((name IS NULL) <> (plain_name IS NULL));
CREATE INDEX customers_in_the_plain ON customers (id) WHERE plain_name IS NOT NULL;
CREATE INDEX accounts_in_the_plain ON accounts (id) WHERE plain_name IS NOT NULL;
-- The right to a column went with it.
GRANT UPDATE (name) ON accounts TO larch_app;

ALTER TABLE passkeys DROP COLUMN name, ADD COLUMN name bytea NOT NULL;
-- Absent where an import made the token.
ALTER TABLE api_tokens DROP COLUMN name, ADD COLUMN name bytea;
ALTER TABLE sessions DROP COLUMN device, ADD COLUMN device bytea NOT NULL;
ALTER TABLE ceremonies DROP COLUMN state, ADD COLUMN state bytea NOT NULL;
-- `address_key` is a keyed hash of the address as it is compared.
ALTER TABLE user_emails DROP COLUMN address, DROP COLUMN address_key,
  ADD COLUMN address bytea NOT NULL, ADD COLUMN address_key bytea NOT NULL UNIQUE CHECK (length(address_key) = 32);
ALTER TABLE totp_secrets DROP COLUMN secret, ADD COLUMN secret bytea NOT NULL;
ALTER TABLE trusted_payees DROP COLUMN name, ADD COLUMN name bytea NOT NULL;
GRANT UPDATE (name) ON trusted_payees TO larch_app;
ALTER TABLE mails DROP COLUMN address, DROP COLUMN subject, DROP COLUMN body,
  ADD COLUMN address bytea, ADD COLUMN subject bytea NOT NULL,
  -- Absent once the words are gone.
  ADD COLUMN body bytea;
-- Counterparty, reference and reason, as the customer reads them.
ALTER TABLE declines DROP COLUMN counterparty, DROP COLUMN reference, DROP COLUMN reason, ADD COLUMN words bytea NOT NULL;
-- The engine's notices name entries only and stay in the plain; what is for a customer is sealed.
ALTER TABLE outbox ALTER COLUMN payload DROP NOT NULL, ADD COLUMN sealed bytea;

ALTER TABLE pending_operations DROP COLUMN input, DROP COLUMN summary, DROP COLUMN refusal,
  ADD COLUMN input bytea NOT NULL, ADD COLUMN summary bytea NOT NULL, ADD COLUMN refusal bytea;
ALTER TABLE pending_operations DROP COLUMN output, ADD COLUMN output bytea,
  ADD CHECK ((state = 'done') = (output IS NOT NULL));
ALTER TABLE signatures DROP COLUMN proof, ADD COLUMN proof bytea NOT NULL;
ALTER TABLE code_signatures DROP COLUMN document, ADD COLUMN document bytea NOT NULL;
ALTER TABLE idempotency DROP COLUMN answer, ADD COLUMN answer bytea NOT NULL;
