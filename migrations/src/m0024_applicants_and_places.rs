//! Becoming a customer without a passkey, and from where sessions and passkeys are used.
//!
//! Who signs up with an e-mail address gets a mail before they are a customer: such a mail belongs to a ceremony, and is
//! sealed with the bank's key. Where a session began and where a passkey was last used is a network, never a whole
//! address, sealed like the device. The release before reads neither, and makes no mail without a user.

crate::sql_migration!("m0024_applicants_and_places");

const UP: &str = r"
ALTER TABLE sessions ADD COLUMN network bytea;
ALTER TABLE passkeys ADD COLUMN last_used_from bytea;

ALTER TABLE mails ALTER COLUMN user_id DROP NOT NULL, ADD COLUMN ceremony_id uuid,
  ADD CONSTRAINT mails_are_somebodys CHECK ((user_id IS NULL) = (ceremony_id IS NOT NULL));
CREATE INDEX mails_by_ceremony ON mails (ceremony_id) WHERE ceremony_id IS NOT NULL;

-- What was written to whoever began this ceremony: only who knows its id gets at it, and only the demo asks.
CREATE FUNCTION mails_of_ceremony(p_ceremony uuid)
RETURNS TABLE (id uuid, customer_id uuid, address bytea, subject bytea, body bytea, at timestamptz, failures integer)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT m.id, '00000000-0000-0000-0000-000000000000'::uuid, m.address, m.subject, m.body, m.at, m.failures
  FROM mails m WHERE m.ceremony_id = p_ceremony ORDER BY m.at DESC LIMIT 5
$$;
REVOKE ALL ON FUNCTION mails_of_ceremony FROM PUBLIC;
GRANT EXECUTE ON FUNCTION mails_of_ceremony TO larch_app;
";
