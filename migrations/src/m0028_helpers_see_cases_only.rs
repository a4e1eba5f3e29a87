//! Whoever helps sees what was said until the case was closed. What is said in that conversation later is between the customer
//! and the assistant again.

crate::sql_migration!("m0028_helpers_see_cases_only");

const UP: &str = r"
DROP POLICY helper_reads ON conversation_messages;
CREATE POLICY helper_reads ON conversation_messages FOR SELECT TO larch_app USING ((SELECT larch_caller()) = 'operator'
  AND EXISTS (SELECT FROM cases c WHERE c.conversation_id = conversation_messages.conversation_id
    AND (c.closed_at IS NULL OR conversation_messages.at <= c.closed_at)));
";
