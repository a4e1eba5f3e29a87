-- Everybody is under the policies, the owner too. The owner's own policy lets it work as before.
DO $$
DECLARE
  t text;
BEGIN
  FOREACH t IN ARRAY ARRAY[
    'customers', 'users', 'passkeys', 'sessions', 'ceremonies', 'user_emails', 'passwords', 'totp_secrets',
    'recovery_codes', 'tries', 'mails', 'api_tokens', 'accounts', 'declines', 'ledger_accounts', 'balances', 'holds',
    'journal_entries', 'postings', 'sent_usage', 'unsigned_usage', 'paid_payees', 'trusted_payees',
    'pending_operations', 'signatures', 'code_signatures', 'idempotency', 'audit_lines', 'audit_chain',
    'audit_bundles', 'outbox', 'customer_limits', 'spending_counters'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY owner_works ON %I TO CURRENT_USER USING (true) WITH CHECK (true)', t);
  END LOOP;

  -- A customer's.
  FOREACH t IN ARRAY ARRAY['users', 'accounts', 'sent_usage', 'paid_payees', 'trusted_payees',
    'customer_limits'] LOOP
    EXECUTE format('CREATE POLICY own ON %I TO larch_app USING (larch_may_see(customer_id))', t);
  END LOOP;
  CREATE POLICY own ON customers TO larch_app USING (larch_may_see(id));

  -- A user's.
  FOREACH t IN ARRAY ARRAY['passkeys', 'sessions', 'ceremonies', 'user_emails', 'passwords', 'totp_secrets',
    'recovery_codes', 'api_tokens', 'unsigned_usage', 'pending_operations', 'signatures', 'code_signatures'] LOOP
    EXECUTE format('CREATE POLICY own ON %I TO larch_app USING (larch_is_me(user_id))', t);
  END LOOP;
  CREATE POLICY own ON spending_counters TO larch_app USING (subject = larch_customer()
    OR subject = ANY (ARRAY(SELECT k.id FROM api_tokens k WHERE larch_is_me(k.user_id))));
  CREATE POLICY own ON mails FOR SELECT TO larch_app USING (larch_is_me(user_id));
  CREATE POLICY own ON tries TO larch_app USING (subject = 'user:' || larch_user());
  CREATE POLICY own ON idempotency TO larch_app USING (caller = coalesce('user:' || larch_user(), larch_caller()));

  -- What the clock and the operator read across customers, and what they sweep, send and seal. Asked once a statement.
  FOREACH t IN ARRAY ARRAY['customers', 'users', 'user_emails', 'pending_operations', 'sessions', 'ceremonies', 'tries',
    'ledger_accounts', 'audit_lines', 'audit_chain', 'audit_bundles', 'outbox', 'mails'] LOOP
    EXECUTE format('CREATE POLICY bank_reads ON %I FOR SELECT TO larch_app USING ((SELECT larch_is_bank()))', t);
  END LOOP;
  FOREACH t IN ARRAY ARRAY['sessions', 'ceremonies', 'tries', 'outbox', 'mails'] LOOP
    EXECUTE format('CREATE POLICY bank_sweeps ON %I FOR DELETE TO larch_app USING ((SELECT larch_is_bank()))', t);
  END LOOP;
  FOREACH t IN ARRAY ARRAY['pending_operations', 'outbox', 'mails'] LOOP
    EXECUTE format('CREATE POLICY bank_changes ON %I FOR UPDATE TO larch_app USING ((SELECT larch_is_bank()))', t);
  END LOOP;
  FOREACH t IN ARRAY ARRAY['mails', 'audit_chain'] LOOP
    EXECUTE format('CREATE POLICY bank_adds ON %I FOR INSERT TO larch_app WITH CHECK ((SELECT larch_is_bank()))', t);
  END LOOP;
END
$$;

-- A stranger's ceremony is nobody's: only who knows its id gets at it, by the functions above.
CREATE POLICY anybody_begins ON ceremonies FOR INSERT TO larch_app
  WITH CHECK (user_id IS NULL AND larch_caller() IS NOT NULL);

-- Lines go in and notices go in, from whoever works; only the bank reads them. Lines of reading are written together,
-- for nobody in particular.
CREATE POLICY anybody_adds ON audit_lines FOR INSERT TO larch_app WITH CHECK (true);
CREATE POLICY anybody_tells ON outbox FOR INSERT TO larch_app WITH CHECK (larch_caller() IS NOT NULL);

-- The bank's own accounts, which everybody's payments may need.
CREATE POLICY internal ON ledger_accounts FOR SELECT TO larch_app
  USING (code IS NOT NULL AND larch_caller() IS NOT NULL);

-- What hangs on accounts. Whose accounts are seen is asked once a statement and not for each row, so that the length of
-- a history does not count.
CREATE POLICY own ON declines TO larch_app USING (
  account_id = ANY (ARRAY(SELECT a.id FROM accounts a WHERE larch_may_see(a.customer_id))));
CREATE POLICY seen ON balances FOR SELECT TO larch_app USING ((SELECT larch_is_bank())
  OR ledger_account_id = ANY (ARRAY(SELECT a.ledger_account_id FROM accounts a WHERE larch_may_see(a.customer_id))));
CREATE POLICY seen ON holds FOR SELECT TO larch_app USING ((SELECT larch_is_bank())
  OR ledger_account_id = ANY (ARRAY(SELECT a.ledger_account_id FROM accounts a WHERE larch_may_see(a.customer_id))));
CREATE POLICY seen ON postings FOR SELECT TO larch_app USING ((SELECT larch_is_bank())
  OR ledger_account_id = ANY (ARRAY(SELECT a.ledger_account_id FROM accounts a WHERE larch_may_see(a.customer_id))));
-- An entry is seen by whoever sees one of its postings. Not EXISTS: the planner may answer that by reading all postings
-- first, and this by its key only.
CREATE POLICY seen ON journal_entries FOR SELECT TO larch_app USING ((SELECT larch_is_bank())
  OR (SELECT true FROM postings p WHERE p.entry_id = journal_entries.id LIMIT 1));

