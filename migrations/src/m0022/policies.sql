ALTER TABLE mandates ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_works ON mandates TO CURRENT_USER USING (true) WITH CHECK (true);
CREATE POLICY granted ON mandates FOR SELECT TO larch_app USING (larch_may_see(grantor_id));
CREATE POLICY grants ON mandates FOR INSERT TO larch_app
  WITH CHECK (larch_may_see(grantor_id) AND larch_is_me(granted_by) AND accepted_at IS NULL AND ended_at IS NULL);
CREATE POLICY narrows ON mandates FOR UPDATE TO larch_app USING (larch_may_see(grantor_id));
-- Whoever holds it, and whoever it is offered to while it is.
CREATE POLICY held ON mandates FOR SELECT TO larch_app USING (larch_is_me(holder_user)
  OR (larch_is_me(offered_to) AND accepted_at IS NULL));

-- What was granted is seen, and changed by nobody but its owner.
CREATE POLICY held ON accounts FOR SELECT TO larch_app USING (id = ANY (ARRAY(SELECT larch_held_accounts())));
CREATE POLICY held ON declines FOR SELECT TO larch_app USING (
  account_id = ANY (ARRAY(SELECT larch_held_accounts())));
DROP POLICY seen ON balances;
DROP POLICY seen ON holds;
DROP POLICY seen ON postings;
CREATE POLICY seen ON balances FOR SELECT TO larch_app USING ((SELECT larch_is_bank()) OR ledger_account_id = ANY (ARRAY(
  SELECT a.ledger_account_id FROM accounts a WHERE larch_may_see(a.customer_id) UNION ALL SELECT larch_held_ledgers())));
CREATE POLICY seen ON holds FOR SELECT TO larch_app USING ((SELECT larch_is_bank()) OR ledger_account_id = ANY (ARRAY(
  SELECT a.ledger_account_id FROM accounts a WHERE larch_may_see(a.customer_id) UNION ALL SELECT larch_held_ledgers())));
CREATE POLICY seen ON postings FOR SELECT TO larch_app USING ((SELECT larch_is_bank()) OR ledger_account_id = ANY (ARRAY(
  SELECT a.ledger_account_id FROM accounts a WHERE larch_may_see(a.customer_id) UNION ALL SELECT larch_held_ledgers())));

-- What a mandate has let out is counted by its holder, and seen by who granted it: through their own rows of mandates.
DROP POLICY own ON spending_counters;
CREATE POLICY own ON spending_counters TO larch_app USING (subject = larch_customer()
  OR subject = ANY (ARRAY(SELECT k.id FROM api_tokens k WHERE larch_is_me(k.user_id)))
  OR subject = ANY (ARRAY(SELECT m.id FROM mandates m WHERE larch_is_me(m.holder_user) AND m.ended_at IS NULL)));
CREATE POLICY granted ON spending_counters FOR SELECT TO larch_app USING (
  subject = ANY (ARRAY(SELECT m.id FROM mandates m WHERE larch_may_see(m.grantor_id))));

-- Who asked for it sees what became of it, and decides nothing.
CREATE POLICY asked ON pending_operations FOR SELECT TO larch_app USING (larch_is_me(asked_by));
