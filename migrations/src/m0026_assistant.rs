//! Conversations with the assistant, what it remembers, and the cases in which a person helps. All words are sealed with
//! the customer's data key; what stands in the plain is when something was said, by whom, and why a person was asked for.

crate::sql_migration!("m0026_assistant");

const UP: &str = r"
CREATE TABLE conversations (
  id uuid PRIMARY KEY,
  user_id uuid NOT NULL REFERENCES users (id),
  -- What the customer said first.
  title bytea NOT NULL,
  -- Where the assistant is in what it does.
  state bytea NOT NULL,
  -- Goes up with every turn: what was worked out over another state is not kept.
  turns integer NOT NULL DEFAULT 0 CHECK (turns >= 0),
  -- The number of the newest message.
  messages integer NOT NULL DEFAULT 0 CHECK (messages >= 0),
  rating text CHECK (rating IN ('good', 'bad')),
  begun_at timestamptz NOT NULL,
  last_at timestamptz NOT NULL,
  UNIQUE (id, user_id)
);
CREATE INDEX conversations_of_user ON conversations (user_id, last_at DESC);

CREATE TABLE conversation_messages (
  conversation_id uuid NOT NULL,
  user_id uuid NOT NULL,
  number integer NOT NULL CHECK (number > 0),
  by text NOT NULL CHECK (by IN ('customer', 'assistant', 'person')),
  at timestamptz NOT NULL,
  parts bytea NOT NULL,
  PRIMARY KEY (conversation_id, number),
  FOREIGN KEY (conversation_id, user_id) REFERENCES conversations (id, user_id) ON DELETE CASCADE
);

-- A person has been asked into a conversation. One at a time.
CREATE TABLE cases (
  id uuid PRIMARY KEY,
  conversation_id uuid NOT NULL,
  user_id uuid NOT NULL,
  reason text NOT NULL,
  -- 0 is the most urgent.
  urgency smallint NOT NULL CHECK (urgency >= 0),
  summary bytea NOT NULL,
  -- The customer wrote last.
  waits boolean NOT NULL DEFAULT true,
  opened_at timestamptz NOT NULL,
  last_at timestamptz NOT NULL,
  closed_at timestamptz,
  FOREIGN KEY (conversation_id, user_id) REFERENCES conversations (id, user_id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX one_open_case ON cases (conversation_id) WHERE closed_at IS NULL;
CREATE INDEX cases_of_conversation ON cases (conversation_id);
CREATE INDEX cases_open ON cases (urgency, opened_at) WHERE closed_at IS NULL;

-- By Mum I mean Anna Weber. `word_key` is a keyed hash of the word as it is compared.
CREATE TABLE assistant_facts (
  id uuid PRIMARY KEY,
  user_id uuid NOT NULL REFERENCES users (id),
  word_key bytea NOT NULL CHECK (length(word_key) = 32),
  word bytea NOT NULL,
  meaning bytea NOT NULL,
  since date NOT NULL,
  UNIQUE (user_id, word_key)
);

GRANT SELECT, INSERT, DELETE, UPDATE (state, turns, messages, rating, last_at) ON conversations TO larch_app;
GRANT SELECT, INSERT, DELETE ON conversation_messages TO larch_app;
GRANT SELECT, INSERT, UPDATE (reason, urgency, summary, waits, last_at, closed_at) ON cases TO larch_app;
GRANT SELECT, INSERT, DELETE, UPDATE (word, meaning, since) ON assistant_facts TO larch_app;

DO $$
DECLARE
  t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['conversations', 'conversation_messages', 'cases', 'assistant_facts'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY owner_works ON %I TO CURRENT_USER USING (true) WITH CHECK (true)', t);
    EXECUTE format('CREATE POLICY own ON %I TO larch_app USING (larch_is_me(user_id))', t);
  END LOOP;
END
$$;

-- Whoever helps sees conversations into which a person was asked, and no other; and writes only while the case is open.
CREATE POLICY helper_reads ON cases FOR SELECT TO larch_app USING ((SELECT larch_caller()) = 'operator');
CREATE POLICY helper_works ON cases FOR UPDATE TO larch_app
  USING ((SELECT larch_caller()) = 'operator' AND closed_at IS NULL)
  WITH CHECK ((SELECT larch_caller()) = 'operator');
CREATE POLICY helper_reads ON conversations FOR SELECT TO larch_app USING ((SELECT larch_caller()) = 'operator'
  AND id = ANY (ARRAY(SELECT c.conversation_id FROM cases c)));
CREATE POLICY helper_works ON conversations FOR UPDATE TO larch_app USING ((SELECT larch_caller()) = 'operator'
  AND id = ANY (ARRAY(SELECT c.conversation_id FROM cases c WHERE c.closed_at IS NULL)));
CREATE POLICY helper_reads ON conversation_messages FOR SELECT TO larch_app USING ((SELECT larch_caller()) = 'operator'
  AND conversation_id = ANY (ARRAY(SELECT c.conversation_id FROM cases c)));
CREATE POLICY helper_answers ON conversation_messages FOR INSERT TO larch_app
  WITH CHECK ((SELECT larch_caller()) = 'operator' AND by = 'person'
    AND conversation_id = ANY (ARRAY(SELECT c.conversation_id FROM cases c WHERE c.closed_at IS NULL)));
CREATE POLICY nobody_poses_as_a_person ON conversation_messages AS RESTRICTIVE FOR INSERT TO larch_app
  WITH CHECK (by <> 'person' OR larch_caller() = 'operator');
-- A long conversation lets its oldest messages go, when a person writes as well.
CREATE POLICY helper_trims ON conversation_messages FOR DELETE TO larch_app USING ((SELECT larch_caller()) = 'operator'
  AND conversation_id = ANY (ARRAY(SELECT c.conversation_id FROM cases c WHERE c.closed_at IS NULL)));
";
