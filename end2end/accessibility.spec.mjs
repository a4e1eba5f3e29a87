// axe-core on every page, in both themes and both sizes: no violation. And the keyboard alone.
import AxeBuilder from '@axe-core/playwright';
import { expect, fillPayment, open, openAccount, payIn, sign, signUp, test } from './support/bank.mjs';
import { totp } from './support/totp.mjs';

const SIZES = { phone: { width: 390, height: 844 }, desktop: { width: 1440, height: 900 } };
const THEMES = ['light', 'dark'];

async function check(page, path) {
  await open(page, path);
  await look(page, path);
}

async function look(page, name) {
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
    .analyze();
  const found = violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.target.join(' ')).join(', ')}`);
  expect(found, name).toEqual([]);
  const sideways = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect(sideways, `${name} does not scroll sideways`).toBe(0);
}

async function theme(context, baseURL, value) {
  // Browsers treat localhost as secure, and the prefix asks for a secure address.
  await context.addCookies([{ name: '__Host-theme', value, secure: true, url: baseURL.replace('http:', 'https:') }]);
}

for (const [size, viewport] of Object.entries(SIZES)) {
  for (const value of THEMES) {
    test.describe(`${size}, ${value}`, () => {
      test.use({ viewport });

      test('public pages', async ({ page, context, baseURL }) => {
        await theme(context, baseURL, value);
        for (const path of ['/', '/sign-up', '/sign-in', '/sign-in/password', '/recover']) await check(page, path);
        await page.getByLabel('E-mail address').fill('nobody@example.org');
        await page.getByRole('button', { name: 'Send the code' }).click();
        await page.getByLabel('Code of the mail').waitFor();
        await look(page, 'recovery, second step');
      });

      test('the gallery of components', async ({ page, context, baseURL }) => {
        await theme(context, baseURL, value);
        await check(page, '/gallery');
      });

      test('a customer’s pages', async ({ page, context, baseURL }) => {
        test.setTimeout(300_000);
        await theme(context, baseURL, value);
        await signUp(page, 'Vera Holm');
        await look(page, 'home, empty');
        const account = await openAccount(page);
        const other = await openAccount(page, { name: 'Second' });
        await check(page, account.path);
        await payIn(page, account, '1234.56');
        await look(page, 'receipt');
        for (const path of ['/home', account.path, '/accounts/new', '/pay', '/cash', '/profile', '/profile/limits/everything', '/profile/limits/programs', '/profile/tokens/new']) await check(page, path);
        await page.getByRole('radio', { name: 'Read and pay' }).check();
        await look(page, 'new token, with its bounds');
        await page.getByLabel('Name of the program').fill('Bookkeeping');
        await page.getByLabel('The most at a time').fill('50');
        await page.getByRole('button', { name: 'Let it in' }).click();
        await expect(page.getByRole('dialog')).toBeVisible();
        await look(page, 'a question that is signed');
        await sign(page);
        await page.getByRole('button', { name: 'Copy the token' }).waitFor();
        await look(page, 'new token, shown once');
        await check(page, '/profile');
        for (const path of ['/profile/email', '/profile/password', '/profile/codes', '/profile/recovery-codes', '/mailbox']) await check(page, path);
        await open(page, '/profile/codes');
        await page.getByRole('button', { name: 'Set up an app' }).click();
        await sign(page);
        const secret = await page.locator('.secret code').innerText();
        await look(page, 'an app for codes, its key');
        await page.getByLabel('Code of the new app').fill(totp(secret));
        await page.getByRole('button', { name: 'Confirm' }).click();
        await page.locator('.code-list').waitFor();
        await look(page, 'recovery codes, shown once');
        await fillPayment(page, { name: 'Vera Holm', iban: other.iban, amount: '10' });
        await page.getByRole('button', { name: 'Review' }).click();
        await page.waitForURL(/\/pay\/[0-9a-f-]{36}/);
        await look(page, 'review');
        await open(page, account.path);
        await page.getByRole('button', { name: 'Rename' }).click();
        await expect(page.getByRole('dialog')).toBeVisible();
        await look(page, 'dialog');
      });

      test.describe('pages that are not there', () => {
        test.use({ refusals: true });
        test('say so', async ({ page, context, baseURL }) => {
          await theme(context, baseURL, value);
          const answer = await page.goto('/no/such/page');
          expect(answer.status()).toBe(404);
          await look(page, 'not found');
        });
      });
    });
  }
}

test('a dialog opens, closes and gives the focus back by keyboard', async ({ page }) => {
  await signUp(page, 'Wanda Nowak');
  await openAccount(page);
  const rename = page.getByRole('button', { name: 'Rename' });
  await rename.focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toBeHidden();
  await expect(rename).toBeFocused();
});

test('the first tab stop leads to the content', async ({ page }) => {
  await open(page, '/');
  await page.keyboard.press('Tab');
  const skip = page.locator(':focus');
  await expect(skip).toHaveText(/content/i);
  await page.keyboard.press('Enter');
  await expect(page.locator('main')).toBeFocused();
});
