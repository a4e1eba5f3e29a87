// Makes the list of components (CycloneDX 1.6) from what cargo and npm say and what their lock files hold:
// sbom.mjs FILE. The same sources give the same file, byte for byte.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';

const PARTS = [
  { part: 'server', package: 'server', platform: 'x86_64-unknown-linux-gnu' },
  { part: 'browser', package: 'frontend', platform: 'wasm32-unknown-unknown' },
];
/** What the browser gets of npm; the other packages there build and test. */
const SHIPPED_NPM = ['bootstrap', 'bootstrap-icons'];

function fail(why) {
  console.error(`sbom: ${why}`);
  process.exit(1);
}

/** What a part is made of, by cargo's own tree: packages with what each of them reaches directly. */
function tree(root, platform, edges) {
  const told = execFileSync(
    'cargo',
    ['tree', '--locked', '--package', root, '--target', platform, '--edges', edges, '--prefix', 'depth', '--format', '\t{p}\t{l}\t'],
    { encoding: 'utf8', maxBuffer: 1 << 28, stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const found = new Map();
  const above = [];
  for (const line of told.split('\n').filter(Boolean)) {
    const [depth, named, license] = line.split('\t');
    const [, name, version, note] = named.match(/^(\S+) v(\S+)(.*)$/) ?? fail(`cargo tree says: ${line}`);
    const ref = `pkg:cargo/${name}@${version}`;
    const own = note.includes('(/');
    if (note.includes('://')) fail(`${name} ${version} comes from ${note}`);
    if (!found.has(ref)) found.set(ref, { ref, name, version, license, own, reaches: new Set() });
    above.length = Number(depth);
    if (above.length) found.get(above.at(-1)).reaches.add(ref);
    above.push(ref);
  }
  return found;
}

/** SHA-256 of each crate as it was published. */
function checksums() {
  const found = new Map();
  for (const block of readFileSync('Cargo.lock', 'utf8').split('[[package]]')) {
    const value = (key) => block.match(new RegExp(`^${key} = "(.*)"$`, 'm'))?.[1];
    if (value('checksum')) found.set(`${value('name')}@${value('version')}`, value('checksum'));
  }
  return found;
}

function crates() {
  const sums = checksums();
  const components = new Map();
  const edges = new Map();
  for (const { part, package: root, platform } of PARTS) {
    const runs = tree(root, platform, 'normal');
    for (const [ref, one] of tree(root, platform, 'normal,build')) {
      const { name, version, license, own, reaches } = one;
      const known = components.get(ref);
      const sum = sums.get(`${name}@${version}`);
      components.set(ref, {
        type: 'library',
        'bom-ref': ref,
        name,
        version,
        // What only builds it is not in it.
        scope: runs.has(ref) || known?.scope === 'required' ? 'required' : 'excluded',
        ...(sum && { hashes: [{ alg: 'SHA-256', content: sum }] }),
        licenses: license ? [{ expression: license.replace(/\s*\/\s*/g, ' OR ') }] : [],
        purl: ref,
        properties: [...(known?.properties ?? []), { name: 'larch:part', value: part }],
        own,
      });
      edges.set(ref, new Set([...(edges.get(ref) ?? []), ...reaches]));
    }
  }
  return { components, edges };
}

function npm() {
  const lock = JSON.parse(readFileSync('package-lock.json', 'utf8')).packages;
  return SHIPPED_NPM.map((name) => {
    const { version, license, integrity } = lock[`node_modules/${name}`] ?? fail(`${name} is not in package-lock.json`);
    const [algorithm, digest] = integrity.split('-', 2);
    if (algorithm !== 'sha512') fail(`${name} has no SHA-512`);
    const ref = `pkg:npm/${name}@${version}`;
    return {
      type: 'library',
      'bom-ref': ref,
      name,
      version,
      scope: 'required',
      hashes: [{ alg: 'SHA-512', content: Buffer.from(digest, 'base64').toString('hex') }],
      licenses: [{ expression: license }],
      purl: ref,
      properties: [{ name: 'larch:part', value: 'browser' }],
    };
  });
}

/** What a reader of the list relies on. */
function check(bom) {
  const refs = new Set(bom.components.map((one) => one['bom-ref']));
  if (refs.size !== bom.components.length) fail('two components have one name');
  const parts = (name) =>
    bom.components.filter((one) => one.name === name).flatMap((one) => one.properties.map((property) => property.value));
  for (const one of bom.components) {
    const what = `${one.name} ${one.version}`;
    if (!one.licenses.length) fail(`${what} names no licence`);
    if (!one.purl.startsWith('pkg:') || !/^\d+\.\d+\.\d+/.test(one.version)) fail(`${what} has no version`);
    const ours = bom.metadata.properties.some((property) => property.value === one['bom-ref']);
    if (!ours && !one.hashes?.every(({ content }) => /^([0-9a-f]{64}|[0-9a-f]{128})$/.test(content))) fail(`${what} has no checksum`);
  }
  for (const { ref, dependsOn } of bom.dependencies) {
    for (const one of [ref, ...dependsOn]) if (!refs.has(one)) fail(`${one} is named and not listed`);
  }
  // The parts are told apart, and each is whole.
  for (const [name, expected] of [['axum', 'server'], ['sqlx-postgres', 'server'], ['leptos', 'browser'], ['serde', 'server browser'], ['bootstrap', 'browser']]) {
    for (const part of expected.split(' ')) if (!parts(name).includes(part)) fail(`${name} is not in the ${part}`);
  }
  if (parts('axum').includes('browser') || parts('proptest').length || parts('bank-testkit').length) fail('it lists what is not shipped');
}

function bom() {
  const { components, edges } = crates();
  const all = [...components.values(), ...npm()].sort((a, b) => (a['bom-ref'] < b['bom-ref'] ? -1 : 1));
  const ours = all.filter((one) => one.own).map((one) => ({ name: 'larch:own', value: one['bom-ref'] }));
  const version = all.find((one) => one.name === 'server' && one.own).version;
  const made = {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: {
      component: { type: 'application', 'bom-ref': 'larch', name: 'larch', version },
      properties: ours,
    },
    components: all.map(({ own: _, ...one }) => one),
    dependencies: [...edges]
      .map(([ref, on]) => ({ ref, dependsOn: [...on].sort() }))
      .sort((a, b) => (a.ref < b.ref ? -1 : 1)),
  };
  // A name of its own that follows from what is in it.
  const digest = createHash('sha256').update(JSON.stringify(made)).digest('hex');
  const uuid = `${digest.slice(0, 8)}-${digest.slice(8, 12)}-8${digest.slice(13, 16)}-a${digest.slice(17, 20)}-${digest.slice(20, 32)}`;
  const { bomFormat, specVersion, ...rest } = made;
  return { bomFormat, specVersion, serialNumber: `urn:uuid:${uuid}`, ...rest };
}

const file = process.argv[2] ?? fail('usage: sbom.mjs FILE');
const list = bom();
check(list);
writeFileSync(file, `${JSON.stringify(list, null, 2)}\n`);
console.log(`larch: ${list.components.length} components are listed in ${file}`);
