// How much travels to the browser on a first visit, in bytes over the wire with brotli: the page's
// HTML aside, everything that the welcome page loads. Prints `key: value` lines.
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

const site = 'target/site';
const hash = Object.fromEntries(
  readFileSync(join(process.env.LARCH_TARGET, 'debug', 'hash.txt'), 'utf8').trim().split('\n').map((line) => line.split(': ')),
);
const size = (path) => statSync(join(site, path)).size;
const packed = (path) => size(`${path}.br`);
const [wasm, js, css] = ['wasm', 'js', 'css'].map((kind) => `pkg/larch.${hash[kind]}.${kind}`);

const figures = {
  wasm_raw: size(wasm),
  wasm_brotli: packed(wasm),
  js_brotli: packed(js),
  css_brotli: packed(css),
  icons_brotli: packed('icons.svg'),
  first_visit_brotli: [wasm, js, css, 'icons.svg', 'favicon.svg', 'manifest.webmanifest'].map(packed).reduce((a, b) => a + b),
};
for (const [key, value] of Object.entries(figures)) console.log(`${key}: ${value}`);
