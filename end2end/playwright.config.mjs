// The browser tests: a real Chromium, a real server, a real PostgreSQL with data of their own.
import { defineConfig } from '@playwright/test';
import { chmodSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { blanked } from './support/environment.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');

/** The wanted port, or any other when somebody listens there. */
function freePort(wanted) {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error) => (wanted ? resolve(freePort(0)) : reject(error)));
    server.listen(wanted, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

// Workers read this file again, with the variables of whoever has read it first: the port is chosen and the folder is made
// once, by the process that starts the bank.
process.env.LARCH_E2E_PORT ??= String(await freePort(3170));
if (!process.env.LARCH_E2E_DATA) {
  const folder = mkdtempSync(path.join(tmpdir(), 'larch-e2e-'));
  // Whoever runs PostgreSQL when we are root has to get in. What is nobody else's is closed by itself.
  chmodSync(folder, 0o755);
  process.env.LARCH_E2E_DATA = folder;
  // The bank has stopped by then.
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
}
const port = Number(process.env.LARCH_E2E_PORT);
export const origin = `http://localhost:${port}`;
const target = process.env.LARCH_TARGET ?? process.env.CARGO_TARGET_DIR ?? path.join(root, 'target');

export default defineConfig({
  testDir: '.',
  outputDir: './test-results',
  fullyParallel: true,
  forbidOnly: Boolean(process.env.CI),
  workers: 2,
  // A machine can be slow for a while: these bounds tell what hangs from what is late, and nothing else.
  timeout: 240_000,
  expect: { timeout: 30_000 },
  reporter: [['list']],
  use: {
    baseURL: origin,
    viewport: { width: 1280, height: 900 },
    trace: 'retain-on-failure',
    launchOptions: {
      executablePath: process.env.CHROMIUM ?? (existsSync('/usr/bin/chromium') ? '/usr/bin/chromium' : undefined),
      args: [
        '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
        '--disable-component-update', '--disable-sync',
      ],
    },
  },
  webServer: {
    command: path.join(target, 'debug', 'larch'),
    cwd: root,
    url: `${origin}/robots.txt`,
    timeout: 180_000,
    gracefulShutdown: { signal: 'SIGTERM', timeout: 20_000 },
    env: {
      ...blanked,
      BANK_ADDR: `127.0.0.1:${port}`,
      BANK_ORIGIN: origin,
      BANK_DATA_DIR: process.env.LARCH_E2E_DATA,
      BANK_DEMO: 'on',
      BANK_DEVELOPMENT: 'on',
      BANK_LOG: 'warn',
      // All browsers of the tests are one client, and busier than people are.
      BANK_DOORS_REQUESTS: '100000 + 100000/min',
      BANK_DOORS_WAYS_IN: '100000 + 100000/min',
      BANK_DOORS_PAYEE_CHECKS: '100000 + 100000/min',
      BANK_DOORS_TURNS: '100000 + 100000/min',
    },
  },
});
