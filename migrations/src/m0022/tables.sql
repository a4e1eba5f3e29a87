CREATE TABLE mandates (
  id uuid PRIMARY KEY,
  grantor_id uuid NOT NULL REFERENCES customers (id),
  -- Who decides about what goes beyond the bounds.
  granted_by uuid NOT NULL REFERENCES users (id),
  kind text NOT NULL CHECK (kind IN ('view', 'pay', 'joint')),
  -- What the grantor calls the holder, sealed with the grantor's key.
  name bytea NOT NULL,
  all_accounts boolean NOT NULL,
  accounts uuid[] NOT NULL,
  -- The bounds, as those of tokens.
  pay_up_to bigint CHECK (pay_up_to > 0),
  pay_currency text,
  total_max bigint CHECK (total_max > 0),
  total_per text CHECK (total_per IN ('day', 'week', 'month', 'ever')),
  payees text[] NOT NULL DEFAULT '{}',
  expires_at timestamptz,
  -- An offer is for one user, or for whoever has the code; it is open until then.
  offered_to uuid REFERENCES users (id),
  code_hash bytea UNIQUE CHECK (length(code_hash) = 32),
  offer_ends_at timestamptz NOT NULL,
  holder_user uuid REFERENCES users (id),
  holder_id uuid REFERENCES customers (id),
  created_at timestamptz NOT NULL,
  accepted_at timestamptz,
  last_used_at timestamptz,
  ended_at timestamptz,
  ended_by text CHECK (ended_by IN ('grantor', 'holder', 'time')),
  CHECK ((kind = 'pay') = (pay_up_to IS NOT NULL)),
  CHECK ((pay_up_to IS NULL) = (pay_currency IS NULL)),
  CHECK ((total_max IS NULL) = (total_per IS NULL) AND (total_max IS NULL OR kind = 'pay')),
  CHECK (all_accounts = (cardinality(accounts) = 0)),
  CHECK (NOT (kind = 'joint' AND all_accounts)),
  CHECK ((accepted_at IS NULL) = (holder_user IS NULL) AND (accepted_at IS NULL) = (holder_id IS NULL)),
  CHECK ((ended_at IS NULL) = (ended_by IS NULL)),
  CHECK (holder_id <> grantor_id)
);
CREATE INDEX mandates_by_grantor ON mandates (grantor_id, created_at);
CREATE INDEX mandates_by_holder ON mandates (holder_user) WHERE ended_at IS NULL;
CREATE INDEX mandates_by_offer ON mandates (offered_to) WHERE offered_to IS NOT NULL;
GRANT SELECT, INSERT ON mandates TO larch_app;
GRANT UPDATE (all_accounts, accounts, pay_up_to, total_max, total_per, payees, expires_at, ended_at, ended_by)
  ON mandates TO larch_app;

-- A mandate is narrowed, accepted once and ended once. Wider is another mandate, with another signature.
CREATE FUNCTION mandates_only_narrow() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.ended_at IS NOT NULL
    OR (NEW.id, NEW.grantor_id, NEW.granted_by, NEW.kind, NEW.name, NEW.offer_ends_at, NEW.created_at)
       IS DISTINCT FROM (OLD.id, OLD.grantor_id, OLD.granted_by, OLD.kind, OLD.name, OLD.offer_ends_at, OLD.created_at)
    OR NEW.pay_currency IS DISTINCT FROM OLD.pay_currency OR NEW.offered_to IS DISTINCT FROM OLD.offered_to
    OR NEW.code_hash IS DISTINCT FROM OLD.code_hash
    OR (OLD.accepted_at IS NOT NULL AND (NEW.accepted_at, NEW.holder_user, NEW.holder_id)
        IS DISTINCT FROM (OLD.accepted_at, OLD.holder_user, OLD.holder_id))
    OR (NEW.all_accounts AND NOT OLD.all_accounts) OR (NOT OLD.all_accounts AND NOT NEW.accounts <@ OLD.accounts)
    OR NEW.pay_up_to > OLD.pay_up_to
    OR (OLD.total_max IS NOT NULL AND (NEW.total_max IS NULL OR NEW.total_max > OLD.total_max
        OR NEW.total_per <> OLD.total_per))
    OR (cardinality(OLD.payees) > 0 AND (cardinality(NEW.payees) = 0 OR NOT NEW.payees <@ OLD.payees))
    OR (OLD.expires_at IS NOT NULL AND (NEW.expires_at IS NULL OR NEW.expires_at > OLD.expires_at))
  THEN
    RAISE EXCEPTION 'mandate % is not made wider', OLD.id USING ERRCODE = 'LR012';
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER mandates_narrow BEFORE UPDATE ON mandates FOR EACH ROW EXECUTE FUNCTION mandates_only_narrow();

-- What waits for its user because another asked for it: the holder of a mandate, beyond its bounds.
ALTER TABLE pending_operations ADD COLUMN asked_by uuid REFERENCES users (id),
  ADD COLUMN mandate_id uuid REFERENCES mandates (id),
  ADD CHECK ((asked_by IS NULL) = (mandate_id IS NULL));
CREATE INDEX pending_by_asker ON pending_operations (asked_by, created_at DESC) WHERE asked_by IS NOT NULL;
CREATE OR REPLACE FUNCTION pending_is_decided_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.state <> 'waiting' OR NEW.input <> OLD.input OR NEW.hash <> OLD.hash OR NEW.user_id <> OLD.user_id
     OR NEW.operation <> OLD.operation OR NEW.summary <> OLD.summary OR NEW.missing <> OLD.missing
     OR NEW.asked_by IS DISTINCT FROM OLD.asked_by OR NEW.mandate_id IS DISTINCT FROM OLD.mandate_id THEN
    RAISE EXCEPTION 'pending operation % is decided', OLD.id USING ERRCODE = 'LR004';
  END IF;
  RETURN NEW;
END
$$;

-- For whom the user acted, where it was for somebody else.
ALTER TABLE audit_lines ADD COLUMN for_customer uuid;
