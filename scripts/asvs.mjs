// Holds docs/ASVS.md to what it says: each requirement of the list stands there once, each test that it names is in the
// sources, each document has its section, and the counts in its head are those of the table.
import { existsSync, readFileSync, readdirSync } from 'node:fs';

const TABLE = 'docs/ASVS.md';
const LIST = 'docs/asvs-5.0.0.csv';
/** Sections of the standard that ask for a document, and are shown by one. */
const DOCUMENTS = /^(2|5|6|7|8|11|13|14|15|16)\.1\.\d+$/;

const problems = [];
const wrong = (what) => problems.push(what);
const text = (file) => (existsSync(file) ? readFileSync(file, 'utf8') : '');

function hasRustTest(file, name) {
  const source = text(file);
  const attribute = new RegExp(`#\\[(tokio::)?test[^\\]]*\\]\\s*(#\\[[^\\]]*\\]\\s*)*(async\\s+)?fn\\s+${name}\\b`);
  const property = source.includes('proptest!') && new RegExp(`#\\[test\\]\\s*fn ${name}\\(`);
  return attribute.test(source) || (property && property.test(source));
}

function hasBrowserTest(file, title) {
  return text(`end2end/${file}`).includes(`test('${title}'`);
}

const slug = (heading) => heading.toLowerCase().replace(/[^\p{L}\p{N}\s-]/gu, '').trim().replace(/\s/g, '-');

function hasSection(file, anchor) {
  return text(file).split('\n').some((line) => /^#+ /.test(line) && slug(line.replace(/^#+ /, '')) === anchor);
}

/** Whether a check of scripts/test is there and called. */
function hasCheck(name) {
  const [script, part] = name.split(' ');
  const called = text('scripts/test');
  return part ? script === 'scripts/test' && called.includes(`${part}() {`) : existsSync(script) && called.includes(script);
}

/** What a name in the table is, and whether it is there: 'test', 'document', or undefined. */
function found(name) {
  let parts;
  if ((parts = name.match(/^(\S+\.rs)::(\w+)$/))) return hasRustTest(parts[1], parts[2]) ? 'test' : undefined;
  if ((parts = name.match(/^(\S+\.spec\.mjs): (.+)$/))) return hasBrowserTest(parts[1], parts[2]) ? 'test' : undefined;
  if ((parts = name.match(/^(docs\/\S+\.md)#(\S+)$/))) return hasSection(parts[1], parts[2]) ? 'document' : undefined;
  if (name.startsWith('scripts/')) return hasCheck(name) ? 'test' : undefined;
  return undefined;
}

/** 'shown', 'gap' or 'out', after everything that the row names was looked for. */
function judged(number, shown) {
  if (/^does not apply: .{4,}/.test(shown)) return 'out';
  const kinds = [...shown.matchAll(/`([^`]+)`/g)].map(([, name]) => {
    const kind = found(name);
    if (!kind) wrong(`${number} names \`${name}\`, which is not there`);
    return kind;
  });
  if (/^gap: .{10,}/.test(shown)) return 'gap';
  const enough = kinds.includes('test') || (DOCUMENTS.test(number) && kinds.includes('document'));
  if (!enough) wrong(`${number} is shown by nothing: it wants a test, a gap or a reason why it does not apply`);
  return 'shown';
}

const wanted = new Map(
  text(LIST).trim().split('\n').slice(1).map((line) => line.split(',')),
);
const counts = { 1: { shown: 0, gap: 0, out: 0 }, 2: { shown: 0, gap: 0, out: 0 } };
const seen = new Set();
for (const line of text(TABLE).split('\n')) {
  const row = line.match(/^\| (\d+\.\d+\.\d+) \| ([12]) \| ([^|]+) \| (.+) \|$/);
  if (!row) {
    if (/^\| \d/.test(line)) wrong(`this row cannot be read: ${line}`);
    continue;
  }
  const [, number, level, , shown] = row;
  if (wanted.get(number) !== level) wrong(`${number} at level ${level} is not in ${LIST}`);
  if (seen.has(number)) wrong(`${number} stands there twice`);
  seen.add(number);
  counts[level][judged(number, shown)] += 1;
}
for (const number of wanted.keys()) if (!seen.has(number)) wrong(`${number} is missing`);

const said = (level) => {
  const { shown, gap, out } = counts[level];
  return `Level ${level}: ${shown} of ${shown + gap} that apply are shown by a test, ${gap} are gaps; ${out} do not apply.`;
};
for (const level of [1, 2]) {
  console.log(said(level));
  if (!text(TABLE).includes(said(level))) wrong(`the head of ${TABLE} says something else than: ${said(level)}`);
}
if (readdirSync('docs').filter((file) => file.startsWith('asvs-')).length !== 1) wrong('there is more than one list');
if (problems.length) {
  console.error(problems.map((one) => `asvs: ${one}`).join('\n'));
  process.exit(1);
}
