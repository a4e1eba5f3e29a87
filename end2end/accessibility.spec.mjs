// axe-core on every page, in both themes and both sizes: no violation. And the keyboard alone.
import { accessible } from './support/accessible.mjs';
import { another, awake, expect, fillPayment, open, openAccount, payIn, sign, signUp, test } from './support/bank.mjs';
import { look, offer, payFrom } from './support/mandates.mjs';
import { totp } from './support/totp.mjs';

const SIZES = { phone: { width: 390, height: 844 }, desktop: { width: 1440, height: 900 } };
const THEMES = ['light', 'dark'];

async function check(page, path) {
  await open(page, path);
  await accessible(page, path);
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
        for (const path of ['/', '/sign-up', '/sign-up/without-passkey', '/sign-in', '/sign-in/password', '/help', '/recover']) await check(page, path);
        await page.getByLabel('E-mail address').fill('nobody@example.org');
        await page.getByRole('button', { name: 'Send the code' }).click();
        await page.getByLabel('Code of the mail').waitFor();
        await accessible(page, 'recovery, second step');
      });

      test('the gallery of components', async ({ page, context, baseURL }) => {
        await theme(context, baseURL, value);
        await check(page, '/gallery');
      });

      test('a customer’s pages', async ({ page, context, baseURL }) => {
        test.setTimeout(300_000);
        await theme(context, baseURL, value);
        await signUp(page, 'Vera Holm');
        await accessible(page, 'home, empty');
        const account = await openAccount(page);
        const other = await openAccount(page, { name: 'Second' });
        await check(page, account.path);
        await payIn(page, account, '1234.56');
        await accessible(page, 'receipt');
        for (const path of ['/home', account.path, '/accounts/new', '/pay', '/cash', '/profile', '/profile/limits/everything', '/profile/limits/programs', '/mandates', '/mandates/new', '/mandates/code', '/profile/tokens/new']) await check(page, path);
        await page.getByRole('radio', { name: 'Read and pay' }).check();
        await accessible(page, 'new token, with its bounds');
        await page.getByLabel('Name of the program').fill('Bookkeeping');
        await page.getByLabel('The most at a time').fill('50');
        await page.getByRole('button', { name: 'Let it in' }).click();
        await expect(page.getByRole('dialog')).toBeVisible();
        await accessible(page, 'a question that is signed');
        await sign(page);
        await page.getByRole('button', { name: 'Copy the token' }).waitFor();
        await accessible(page, 'new token, shown once');
        await check(page, '/profile');
        for (const path of ['/profile/email', '/profile/password', '/profile/codes', '/profile/recovery-codes', '/mailbox', '/assistant', '/help']) await check(page, path);
        await open(page, '/profile/codes');
        await page.getByRole('button', { name: 'Set up an app' }).click();
        await sign(page);
        const secret = await page.locator('.secret code').innerText();
        await accessible(page, 'an app for codes, its key');
        await page.getByLabel('Code of the new app').fill(totp(secret));
        await page.getByRole('button', { name: 'Confirm' }).click();
        await page.locator('.code-list').waitFor();
        await accessible(page, 'recovery codes, shown once');
        await fillPayment(page, { name: 'Vera Holm', iban: other.iban, amount: '10' });
        await page.getByRole('button', { name: 'Review' }).click();
        await page.waitForURL(/\/pay\/[0-9a-f-]{36}/);
        await accessible(page, 'review');
        await open(page, account.path);
        await page.getByRole('button', { name: 'Rename' }).click();
        await expect(page.getByRole('dialog')).toBeVisible();
        await accessible(page, 'dialog');
      });

      test('the pages of mandates, with something in them', async ({ page, context, baseURL, browser }) => {
        test.setTimeout(300_000);
        await theme(context, baseURL, value);
        await signUp(page, 'Yara Haddad');
        const account = await openAccount(page, { name: 'Household' });
        await payIn(page, account, '100');
        await open(page, '/mandates/new');
        await page.getByRole('radio', { name: 'Look and pay' }).check();
        await page.getByRole('radio', { name: 'At their e-mail address' }).check();
        await page.getByLabel('For how long?').selectOption('day');
        await page.getByRole('button', { name: 'Review' }).click();
        await expect(page.getByText('Please enter a name.')).toBeVisible();
        await accessible(page, 'new mandate, with its bounds and what is wrong');
        const code = await offer(page, { name: 'My brother', power: 'Look and pay', most: '20' });
        await accessible(page, 'a mandate that was offered, its code');
        await another(browser, async (his) => {
          await his.setViewportSize(viewport);
          await theme(his.context(), baseURL, value);
          await signUp(his, 'Nils Haddad');
          const mine = { ...(await openAccount(page, { name: 'Second' })), name: 'Yara Haddad' };
          await look(his, code, 'Yara Haddad');
          await accessible(his, 'an offer, before it is accepted');
          await his.getByRole('button', { name: 'Accept' }).click();
          await his.waitForURL('**/home');
          await awake(his);
          await accessible(his, 'home, with accounts of others only');
          await check(his, '/mandates');
          await his.getByRole('link', { name: /Yara Haddad/ }).click();
          await expect(his.getByRole('heading', { level: 1, name: 'You act for Yara Haddad' })).toBeVisible();
          await accessible(his, 'a mandate, to its holder');
          await check(his, account.path);
          await fillPayment(his, { name: 'Somebody', iban: mine.iban, amount: '30', reference: 'Please' });
          await payFrom(his, 'Household');
          await expect(his.getByText('The owner was asked')).toBeVisible();
          await accessible(his, 'what the owner was asked, to who asked');
        });
        await check(page, '/home');
        await page.getByRole('link', { name: /Nils Haddad asks for/ }).click();
        await expect(page.getByRole('region', { name: 'Nils Haddad wrote' })).toBeVisible();
        await accessible(page, 'what the owner was asked, to the owner');
        await check(page, '/mandates');
        await page.getByRole('link', { name: /Nils Haddad/ }).click();
        await expect(page.getByRole('heading', { name: 'Let them do less' })).toBeVisible();
        await accessible(page, 'a mandate, to whoever gave it');
        await page.getByRole('button', { name: 'End it now' }).click();
        await expect(page.getByRole('dialog')).toBeVisible();
        await accessible(page, 'ending a mandate');
        await page.getByRole('dialog').getByRole('button', { name: 'End it' }).click();
        await expect(page.getByText('You ended it.')).toBeVisible();
        await accessible(page, 'a mandate that has ended');
      });

      test.describe('pages that are not there', () => {
        test.use({ refusals: true });
        test('say so', async ({ page, context, baseURL }) => {
          await theme(context, baseURL, value);
          const answer = await page.goto('/no/such/page');
          expect(answer.status()).toBe(404);
          await accessible(page, 'not found');
        });
      });
    });
  }
}

test('a dialog opens, closes and gives the focus back by keyboard', async ({ page }) => {
  await signUp(page, 'Wanda Nowak');
  await openAccount(page);
  await expect(page.getByRole('heading', { level: 1 })).toBeFocused();
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
