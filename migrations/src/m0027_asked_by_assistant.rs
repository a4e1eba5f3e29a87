//! Which requests the assistant asked for, so that it may take them back: "no, 60" ends the request over 50. The release
//! before asks for nothing in the assistant's name, so what waits already was asked for by somebody else.

crate::sql_migration!("m0027_asked_by_assistant");

const UP: &str = r"
ALTER TABLE pending_operations ADD COLUMN by_assistant boolean NOT NULL DEFAULT false;
CREATE OR REPLACE FUNCTION pending_is_decided_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.state <> 'waiting' OR NEW.input <> OLD.input OR NEW.hash <> OLD.hash OR NEW.user_id <> OLD.user_id
     OR NEW.operation <> OLD.operation OR NEW.summary <> OLD.summary OR NEW.missing <> OLD.missing
     OR NEW.asked_by IS DISTINCT FROM OLD.asked_by OR NEW.mandate_id IS DISTINCT FROM OLD.mandate_id
     OR NEW.by_assistant <> OLD.by_assistant THEN
    RAISE EXCEPTION 'pending operation % is decided', OLD.id USING ERRCODE = 'LR004';
  END IF;
  RETURN NEW;
END
$$;
";
