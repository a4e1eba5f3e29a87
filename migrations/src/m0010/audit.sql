-- A batch of the engine has one audit line; what happened to each of its entries stands beside it, and the line's
-- input hash is the hash of that.
CREATE TABLE audit_bundles (
  line_id bigint PRIMARY KEY REFERENCES audit_lines (id),
  -- One of each per entry. An outcome is empty when the entry was posted.
  doors text[] NOT NULL,
  callers text[] NOT NULL,
  users uuid[] NOT NULL,
  -- With which token; the nil UUID when without.
  tokens uuid[] NOT NULL,
  operations text[] NOT NULL,
  outcomes text[] NOT NULL,
  input_hashes bytea[] NOT NULL
);
-- Hashes do not get smaller.
ALTER TABLE audit_bundles
  ALTER COLUMN users SET STORAGE EXTERNAL, ALTER COLUMN tokens SET STORAGE EXTERNAL, ALTER COLUMN input_hashes SET STORAGE EXTERNAL;
CREATE TRIGGER audit_bundles_stay BEFORE UPDATE OR DELETE ON audit_bundles
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_bundles_stay_all BEFORE TRUNCATE ON audit_bundles
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
GRANT SELECT ON audit_bundles TO larch_app;

CREATE FUNCTION audit_bundle_hash(doors text[], callers text[], users uuid[], tokens uuid[], operations text[], outcomes text[], input_hashes bytea[])
RETURNS bytea LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT sha256('larch audit bundle v1'::bytea || convert_to(
    array_to_json(doors)::text || array_to_json(callers)::text || array_to_json(users)::text ||
    array_to_json(tokens)::text ||     array_to_json(operations)::text || array_to_json(outcomes)::text || array_to_json(input_hashes)::text, 'UTF8'))
$$;

-- Which entries a posting made: whoever delivers it looks up whom to tell.
ALTER TABLE outbox ADD COLUMN entries uuid[];
ALTER TABLE outbox ALTER COLUMN entries SET STORAGE EXTERNAL;

