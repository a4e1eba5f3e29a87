// The last step of build-site: puts what was built where the server looks for it, under names
// that change with the content, compressed for a release. `check` only says whether it is there.
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, extname, join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const [step, ...rest] = process.argv.slice(2);
const { mode, name, work, site, pkg, public: assets, hashes } = Object.fromEntries(
  rest.map((arg) => arg.replace(/^--/, "").split(/=(.*)/s)),
);
const pkgDir = join(site, pkg);
const release = mode === "release";

// Open tabs go on loading the files of the release before.
const KEPT_FOR_MS = 14 * 24 * 60 * 60 * 1000;
const COMPRESSED = new Set([".js", ".wasm", ".css", ".svg", ".txt", ".html", ".webmanifest", ".json"]);

const filesUnder = (dir) =>
  existsSync(dir)
    ? readdirSync(dir, { recursive: true }).filter((path) => statSync(join(dir, path)).isFile())
    : [];

/** The names that a hash.txt refers to; none when there is no such file. */
function namesIn(file) {
  if (!existsSync(file)) return [];
  return readFileSync(file, "utf8")
    .split("\n")
    .map((line) => line.split(": "))
    .filter((parts) => parts.length === 2)
    .map(([kind, hash]) => `${name}.${hash.trim()}.${kind}`);
}

if (step === "check") {
  const names = namesIn(hashes);
  const there = names.length === 3 && names.every((file) => existsSync(join(pkgDir, file)));
  process.exit(there && filesUnder(assets).every((path) => existsSync(join(site, path))) ? 0 : 1);
}

/** Writes a file and, for a release, its compressed twins. A twin of older content must not stay. */
function put(path, bytes) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, bytes);
  const packed = release && COMPRESSED.has(extname(path));
  if (!packed) {
    rmSync(`${path}.br`, { force: true });
    rmSync(`${path}.gz`, { force: true });
    return null;
  }
  const brotli = brotliCompressSync(bytes, {
    params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length },
  });
  writeFileSync(`${path}.br`, brotli);
  writeFileSync(`${path}.gz`, gzipSync(bytes, { level: 9 }));
  return brotli.length;
}

const kilobytes = (bytes) => `${(bytes / 1000).toFixed(1)} kB`.padStart(10);
const parts = [
  ["js", join(work, "bindgen", `${name}.js`)],
  ["wasm", join(work, "bindgen", `${name}_bg.wasm`)],
  ["css", join(work, `${name}.css`)],
];
const lines = [];
const sizes = [];
for (const [kind, from] of parts) {
  const bytes = readFileSync(from);
  const hash = createHash("sha256").update(bytes).digest("hex").slice(0, 16);
  const brotli = put(join(pkgDir, `${name}.${hash}.${kind}`), bytes);
  lines.push(`${kind}: ${hash}`);
  sizes.push(`  ${kind.padEnd(5)}${kilobytes(bytes.length)}${brotli === null ? "" : `${kilobytes(brotli)} brotli`}`);
}
const snippets = join(work, "bindgen", "snippets");
if (existsSync(snippets)) cpSync(snippets, join(pkgDir, "snippets"), { recursive: true });

const wanted = filesUnder(assets);
for (const path of wanted) put(join(site, path), readFileSync(join(assets, path)));

// The server reads the names from here, so it comes when all of them are there.
writeFileSync(hashes, `${lines.join("\n")}\n`);
console.log(sizes.join("\n"));

const plain = (path) => path.replace(/\.(br|gz)$/, "");
for (const path of filesUnder(site)) {
  if (!path.startsWith(`${pkg}/`) && !wanted.includes(plain(path))) rmSync(join(site, path));
}
const used = new Set(["dev", "release"].flatMap((one) => namesIn(join(dirname(work), one, "hash.txt"))));
for (const file of readdirSync(pkgDir)) {
  const path = join(pkgDir, file);
  if (file === "snippets" || used.has(plain(file))) continue;
  const released = existsSync(`${join(pkgDir, plain(file))}.br`);
  if (!released || Date.now() - statSync(path).mtimeMs > KEPT_FOR_MS) rmSync(path);
}
