-- For whom a database transaction works. A setting that ended with another database transaction reads as the empty text.
CREATE FUNCTION larch_caller() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
RETURN nullif(current_setting('larch.caller', true), '');
CREATE FUNCTION larch_customer() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
RETURN nullif(current_setting('larch.customer', true), '')::uuid;
CREATE FUNCTION larch_user() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
RETURN nullif(current_setting('larch.user', true), '')::uuid;

-- The one place that says which customers' rows may be seen: whoever shares in an account comes in here. It is written
-- so that the planner takes it apart and finds an index for it.
CREATE FUNCTION larch_may_see(p_customer uuid) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
RETURN p_customer = larch_customer();
-- And the same for what is a person's own, and no other user's of the same customer: ways in, sessions, what waits.
CREATE FUNCTION larch_is_me(p_user uuid) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
RETURN p_user = larch_user();
-- The bank's own work: the clock, and whoever runs the server.
CREATE FUNCTION larch_is_bank() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
RETURN larch_caller() IN ('clock', 'operator');

