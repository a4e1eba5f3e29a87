// The server's binary at its command line, beside the open bank.
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { blanked } from './environment.mjs';

export function larch(baseURL, ...args) {
  const target = process.env.LARCH_TARGET ?? process.env.CARGO_TARGET_DIR ?? path.resolve('target');
  const { port } = new URL(baseURL);
  return execFileSync(path.join(target, 'debug', 'larch'), args, {
    encoding: 'utf8',
    env: {
      ...process.env, ...blanked,
      BANK_ADDR: `127.0.0.1:${port}`, BANK_DATA_DIR: process.env.LARCH_E2E_DATA, BANK_DEMO: 'on',
    },
  });
}
