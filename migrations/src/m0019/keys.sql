CREATE TABLE data_keys (
  -- A customer; the nil UUID for the bank itself, the highest one for look-ups. Not a foreign key: it is made first.
  owner_id uuid PRIMARY KEY,
  -- Absent: forgotten for good, and what it sealed with it.
  wrapped bytea,
  master_key_id text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  erased_at timestamptz,
  CHECK ((wrapped IS NULL) = (erased_at IS NOT NULL))
);
CREATE INDEX data_keys_by_master ON data_keys (master_key_id) WHERE wrapped IS NOT NULL;

CREATE FUNCTION data_keys_stay_erased() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' OR OLD.wrapped IS NULL OR NEW.owner_id <> OLD.owner_id THEN
    RAISE EXCEPTION 'the data key of % stays as it is', OLD.owner_id USING ERRCODE = 'LR011';
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER data_keys_stay BEFORE UPDATE OR DELETE ON data_keys
  FOR EACH ROW EXECUTE FUNCTION data_keys_stay_erased();
-- The app sees the keys of the customer it works for; others, and making them, go through the narrow functions. Wrapping
-- them anew and forgetting them is the operator's, as the owner.
GRANT SELECT ON data_keys TO larch_app;
ALTER TABLE data_keys ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_works ON data_keys TO CURRENT_USER USING (true) WITH CHECK (true);
-- The bank's own are no customer's, whatever a database transaction says of itself.
CREATE POLICY own ON data_keys FOR SELECT TO larch_app USING (larch_may_see(owner_id)
  AND owner_id NOT IN ('00000000-0000-0000-0000-000000000000', 'ffffffff-ffff-ffff-ffff-ffffffffffff'));
