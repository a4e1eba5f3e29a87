// What every browser test starts from: a page that must stay quiet, and people who sign up for real.
import { test as base, expect } from '@playwright/test';

/** Refusals are answered with 4xx, and 503 where the bank is busy. Chromium reports each of those in its console. */
const REFUSED = /Failed to load resource: the server responded with a status of (4\d\d|503)/;

/** A slow line: up to twice so many milliseconds for each call. What is right only on a fast one shows itself. */
const SLOW = Number(process.env.LARCH_E2E_SLOW ?? 0);

async function slowDown(context) {
  if (!SLOW) return;
  await context.route('**/api/call*/**', async (route) => {
    await new Promise((resolve) => setTimeout(resolve, 2 * SLOW * Math.random()));
    // Whoever asked may have gone.
    await route.continue().catch(() => {});
  });
}

export const test = base.extend({
  /** Set to true where the bank is meant to refuse something. */
  refusals: [false, { option: true }],

  /** Fails the test on any console error, page error, or Content-Security-Policy violation. */
  quiet: [
    async ({ context, refusals }, use) => {
      await slowDown(context);
      const noise = [];
      const listen = (page) => {
        page.on('console', (message) => {
          if (message.type() !== 'error' && !/Content.Security.Policy|hydrat/i.test(message.text())) return;
          if (refusals && REFUSED.test(message.text())) return;
          noise.push(`${message.type()}: ${message.text()} (${page.url()})`);
        });
        page.on('pageerror', (error) => noise.push(`page error: ${error.message} (${page.url()})`));
      };
      context.pages().forEach(listen);
      context.on('page', listen);
      await use();
      expect(noise, 'the browser’s console stays empty').toEqual([]);
    },
    { auto: true },
  ],
});

export { expect };

/** An authenticator in the page's device: it keeps passkeys and verifies its user. */
export async function authenticator(page, options = {}) {
  const session = await page.context().newCDPSession(page);
  await session.send('WebAuthn.enable');
  const { authenticatorId } = await session.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
      ...options,
    },
  });
  const send = (method, more) => session.send(`WebAuthn.${method}`, { authenticatorId, ...more });
  return {
    credentials: async () => (await send('getCredentials')).credentials,
    present: (enabled) => send('setAutomaticPresenceSimulation', { enabled }),
    verified: (isUserVerified) => send('setUserVerified', { isUserVerified }),
    remove: (credentialId) => send('removeCredential', { credentialId }),
    add: (credential) => send('addCredential', { credential }),
  };
}

/** Waits until the page is awake: before that, a press may be lost. */
export async function awake(page) {
  await page.waitForFunction(() => document.documentElement.dataset.awake === 'true');
}

export async function open(page, path) {
  await page.goto(path);
  await awake(page);
}

/** Signs up as somebody new, with a passkey, through the pages. */
export async function signUp(page, name) {
  const device = await authenticator(page);
  await open(page, '/sign-up');
  await page.getByLabel('Name', { exact: true }).fill(name);
  await page.getByRole('button', { name: 'Create a passkey' }).click();
  await page.waitForURL('**/home');
  await awake(page);
  return device;
}

/** Opens an account through the pages, and gives its address and IBAN. */
export async function openAccount(page, { name = 'Main account', currency } = {}) {
  await open(page, '/accounts/new');
  await page.getByLabel('Name', { exact: true }).fill(name);
  if (currency) await page.getByLabel('Currency').selectOption(currency);
  await page.getByRole('button', { name: 'Open the account' }).click();
  await page.waitForURL(/\/accounts\/[0-9a-f-]{36}$/);
  const iban = (await page.locator('.hero .code').innerText()).replaceAll(' ', '');
  return { path: new URL(page.url()).pathname, iban };
}

/** Pays cash in at the demo's cash desk. */
export async function payIn(page, account, amount) {
  await open(page, `/cash?account=${account.path.split('/').pop()}`);
  await page.getByLabel('Amount').fill(amount);
  await page.getByRole('button', { name: 'Pay in', exact: true }).click();
  await page.waitForURL(/\/payments\//);
}

/** Fills the payment form. */
export async function fillPayment(page, { name, iban, amount, reference = '' }) {
  await open(page, '/pay');
  await page.getByLabel('Name of the payee').fill(name);
  await page.getByLabel('IBAN of the payee').fill(iban);
  await page.getByLabel('Amount').fill(amount);
  if (reference) await page.getByLabel('Reference').fill(reference);
}

/** Signs what a dialog asks about. */
export async function sign(page) {
  await page.getByRole('dialog').getByRole('button', { name: 'Sign with your passkey' }).click();
}

/** A second person in a browser of their own. */
export async function another(browser, run) {
  const context = await browser.newContext();
  await slowDown(context);
  const page = await context.newPage();
  try {
    return await run(page, context);
  } finally {
    await context.close();
  }
}
