//! What the bank reports of each business date that ended: the head of the audit chain among it.

crate::sql_migration!("m0021_day_reports");

const UP: &str = r"
-- The dates that were opened. A bank that was closed for a while skips some.
CREATE TABLE bank_days (
  date date PRIMARY KEY
);
INSERT INTO bank_days SELECT business_date FROM bank_day;
GRANT SELECT, INSERT ON bank_days TO larch_app;

CREATE TABLE day_reports (
  date date PRIMARY KEY REFERENCES bank_days (date),
  report jsonb NOT NULL
);
CREATE TRIGGER day_reports_stay BEFORE UPDATE OR DELETE ON day_reports
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER day_reports_stay_all BEFORE TRUNCATE ON day_reports
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
GRANT SELECT, INSERT ON day_reports TO larch_app;
ALTER TABLE day_reports ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_works ON day_reports TO CURRENT_USER USING (true) WITH CHECK (true);
CREATE POLICY bank_reads ON day_reports FOR SELECT TO larch_app USING (larch_is_bank());
CREATE POLICY bank_adds ON day_reports FOR INSERT TO larch_app WITH CHECK (larch_is_bank());
";
