//! The bank's own date. It moves on, never back, and every booking date is taken from it.

crate::sql_migration!("m0008_bankday");

const UP: &str = r"
CREATE TABLE bank_day (
  singleton boolean PRIMARY KEY DEFAULT true CHECK (singleton),
  business_date date NOT NULL
);

CREATE FUNCTION day_never_goes_back() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.business_date < OLD.business_date THEN
    RAISE EXCEPTION 'the business date % does not go back to %', OLD.business_date, NEW.business_date
      USING ERRCODE = 'LR005';
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER bank_day_moves_on BEFORE UPDATE ON bank_day FOR EACH ROW EXECUTE FUNCTION day_never_goes_back();

GRANT SELECT, INSERT, UPDATE ON bank_day TO larch_app;
";
