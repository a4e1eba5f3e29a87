//! The other ways in beside passkeys: e-mail addresses, passwords, apps that make codes, recovery
//! codes, and the count of wrong tries over all of them. And mails, which the outbox becomes.

crate::sql_migration!("m0013_factors");

const UP: &str = r"
-- What a ceremony serves for is the operations' own list; here it only has to be a word.
CREATE INDEX ceremonies_by_user ON ceremonies (user_id, purpose);

-- How a session was begun: a passkey a moment ago is proof enough for what others must prove again.
ALTER TABLE sessions ADD COLUMN proven_by text NOT NULL DEFAULT 'unknown';

CREATE TABLE user_emails (
  user_id uuid PRIMARY KEY REFERENCES users (id),
  address text NOT NULL CHECK (length(address) BETWEEN 3 AND 254),
  -- As it is compared.
  address_key text NOT NULL UNIQUE,
  verified_at timestamptz NOT NULL
);

CREATE TABLE passwords (
  user_id uuid PRIMARY KEY REFERENCES users (id),
  phc text NOT NULL CHECK (phc LIKE '$argon2id$%'),
  set_at timestamptz NOT NULL
);

CREATE TABLE totp_secrets (
  user_id uuid PRIMARY KEY REFERENCES users (id),
  secret bytea NOT NULL CHECK (length(secret) = 20),
  -- The step of the last code that was taken: that one and those before it are worth nothing.
  last_step bigint NOT NULL,
  set_at timestamptz NOT NULL
);
CREATE FUNCTION totp_steps_move_on() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.secret = OLD.secret AND NEW.last_step <= OLD.last_step THEN
    RAISE EXCEPTION 'the code of step % was used', NEW.last_step USING ERRCODE = 'LI001';
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER totp_moves_on BEFORE UPDATE ON totp_secrets FOR EACH ROW EXECUTE FUNCTION totp_steps_move_on();

CREATE TABLE recovery_codes (
  user_id uuid NOT NULL REFERENCES users (id),
  code_hash bytea NOT NULL CHECK (length(code_hash) = 32),
  used_at timestamptz,
  PRIMARY KEY (user_id, code_hash)
);
CREATE FUNCTION recovery_code_is_used_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.used_at IS NOT NULL THEN
    RAISE EXCEPTION 'the recovery code was used' USING ERRCODE = 'LI002';
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER recovery_codes_once BEFORE UPDATE ON recovery_codes
  FOR EACH ROW EXECUTE FUNCTION recovery_code_is_used_once();

-- Wrong tries in a row, by user, or by a hash of what was typed where there is no such user.
CREATE TABLE tries (
  subject text PRIMARY KEY,
  failures integer NOT NULL CHECK (failures >= 0),
  last_at timestamptz NOT NULL,
  blocked_until timestamptz,
  -- Of how many failures the user was told.
  told integer NOT NULL DEFAULT 0
);
CREATE INDEX tries_by_age ON tries (last_at);

CREATE TABLE mails (
  id uuid PRIMARY KEY,
  user_id uuid NOT NULL REFERENCES users (id),
  -- Absent for who has no address: it can be read in the demo's mailbox only.
  address text,
  topic text NOT NULL,
  subject text NOT NULL,
  body text NOT NULL,
  at timestamptz NOT NULL,
  state text NOT NULL CHECK (state IN ('kept', 'waiting', 'sent', 'given_up')),
  failures integer NOT NULL DEFAULT 0,
  next_try_at timestamptz NOT NULL
);
CREATE INDEX mails_by_user ON mails (user_id, at DESC);
CREATE INDEX mails_waiting ON mails (next_try_at) WHERE state = 'waiting';

GRANT SELECT, INSERT, UPDATE, DELETE ON user_emails, passwords, totp_secrets, recovery_codes, tries, mails TO larch_app;
-- What is delivered leaves the outbox.
GRANT DELETE ON outbox TO larch_app;
";
