// Collects the drawings that app/src uses from Bootstrap Icons into one sprite:
// frontend/public/icons.svg, which is committed. `--check` only says whether it is up to date.
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const drawings = join(root, "node_modules/bootstrap-icons/icons");
const sprite = join(root, "frontend/public/icons.svg");

// The bank's own mark: a slender larch.
const mark = `<symbol id="larch" viewBox="0 0 32 32"><path fill="none" stroke="currentColor" stroke-width="2.4" stroke-linecap="round" d="M16 29V3.5M16 8.500c-1.2 2.6-3 4-5.5 4.400M16 8.500c1.2 2.6 3 4 5.5 4.400M16 14.500c-1.7 3.4-4.4 5.3-8 5.900M16 14.500c1.7 3.4 4.4 5.3 8 5.900M16 20.500c-2.2 4-5.6 6.3-10.5 7M16 20.500c2.2 4 5.6 6.3 10.5 7"/></symbol>`;

const sources = readdirSync(join(root, "app/src"), { recursive: true })
  .filter((path) => path.endsWith(".rs"))
  .map((path) => readFileSync(join(root, "app/src", path), "utf8"));

// Where a literal names a drawing for certain, and where it does if there is a drawing of that name.
const certain = [/<Icon\s+name="([^"]+)"/g, /\bicon\s*[=:]\s*"([^"]+)"/g];
const possible = [/=>\s*"([a-z0-9-]+)"/g, /\{\s*"([a-z0-9-]+)"\s*\}/g];
const found = (patterns) => new Set(sources.flatMap((text) => patterns.flatMap((p) => [...text.matchAll(p)].map((m) => m[1]))));
const drawn = (name) => existsSync(join(drawings, `${name}.svg`));

const unknown = [...found(certain)].filter((name) => !drawn(name));
if (unknown.length > 0) {
  console.error(`Bootstrap Icons has no drawing named ${unknown.join(", ")}`);
  process.exit(1);
}

const names = [...new Set([...found(certain), ...[...found(possible)].filter(drawn)])].sort();
const symbols = names.map((name) => {
  const svg = readFileSync(join(drawings, `${name}.svg`), "utf8");
  const shapes = svg.replace(/^[^>]*>/, "").replace(/<\/svg>\s*$/, "").replace(/\s*\n\s*/g, "");
  return `<symbol id="${name}" viewBox="0 0 16 16">${shapes}</symbol>`;
});
const text = `<svg xmlns="http://www.w3.org/2000/svg">\n${[mark, ...symbols].join("\n")}\n</svg>\n`;

if (process.argv.includes("--check")) {
  if (!existsSync(sprite) || readFileSync(sprite, "utf8") !== text) {
    console.error("frontend/public/icons.svg is not what app/src needs: run 'node scripts/icons.mjs'");
    process.exit(1);
  }
} else if (!existsSync(sprite) || readFileSync(sprite, "utf8") !== text) {
  writeFileSync(sprite, text);
  console.log(`icons.svg: ${names.length} drawings`);
}
