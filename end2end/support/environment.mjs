// The bank of the browser tests is one of its own, whatever this machine's variables say of another one: of a database, a
// key, mail, certificates, a language model. To be empty is to be unset (server/src/config.rs).

/** What the tests are run with, and reaches nobody. An empty folder of PostgreSQL's programs would be one. */
const KEPT = ['BANK_ASSISTANT_ENCODER', 'BANK_ASSISTANT_MODEL', 'BANK_LOG', 'BANK_LOG_FORMAT', 'BANK_POSTGRES_BIN'];

const isAnothers = (name) => name === 'DATABASE_URL' || (name.startsWith('BANK_') && !KEPT.includes(name));

/** Blanked and not left out: Playwright adds what is set to what it is given. */
export const blanked = Object.fromEntries(Object.keys(process.env).filter(isAnothers).map((name) => [name, '']));
