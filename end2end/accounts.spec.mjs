// Accounts, the home page, and history.
import { another, awake, expect, open, openAccount, payIn, signUp, test } from './support/bank.mjs';

test('a first account is opened from the empty home page', async ({ page }) => {
  await signUp(page, 'Quentin Roy');
  await page.getByRole('link', { name: /Open (your first|an) account/ }).first().click();
  await page.getByRole('button', { name: 'Open the account' }).click();
  await page.waitForURL(/\/accounts\/[0-9a-f-]{36}$/);
  await expect(page.locator('.hero')).toContainText('€0.00');
  await expect(page.locator('.hero .code')).toHaveText(/^DE\d\d( \d{4}){4} \d\d$/);
});

test('an account is renamed', async ({ page }) => {
  await signUp(page, 'Rosa Keller');
  await openAccount(page);
  await page.getByRole('button', { name: 'Rename' }).click();
  await page.getByRole('dialog').getByLabel('Name').fill('Rainy days');
  await page.getByRole('dialog').getByRole('button', { name: /Save/ }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(/Rainy days/);
});

test('other currencies keep their own decimals', async ({ page }) => {
  await signUp(page, 'Sven Dahl');
  const yen = await openAccount(page, { name: 'Trip', currency: 'JPY' });
  await payIn(page, yen, '1500');
  await open(page, yen.path);
  await expect(page.locator('.hero')).toContainText('¥1,500');
});

test('history comes in pages, with the running balance', async ({ page }) => {
  await open(page, '/');
  await page.locator('button[name=handle]').first().click();
  await page.waitForURL('**/home');
  await awake(page);
  await page.locator('main a[href^="/accounts/"]:not([href="/accounts/new"])').first().click();
  await page.waitForURL(/\/accounts\//);
  const rows = page.locator('main a[href^="/payments/"]');
  await expect(rows.first()).toBeVisible();
  const before = await rows.count();
  await page.getByRole('button', { name: /more/i }).click();
  await expect.poll(() => rows.count()).toBeGreaterThan(before);
});

test('another customer’s account does not exist', async ({ page, browser }) => {
  await signUp(page, 'Tilda Berg');
  const mine = await openAccount(page);
  await payIn(page, mine, '12');
  await another(browser, async (other) => {
    await signUp(other, 'Ugo Conti');
    expect((await other.goto(mine.path)).status()).toBe(404);
    await expect(other.getByRole('heading', { name: 'We cannot find this' })).toBeVisible();
    await expect(other.getByText('Tilda')).toHaveCount(0);
    await expect(other.getByText('€12.00')).toHaveCount(0);
  });
});

test('strangers are sent to sign in, and then on', async ({ page }) => {
  for (const path of ['/home', '/pay', '/cash', '/profile', '/accounts/new']) {
    await page.goto(path);
    await page.waitForURL(`**/sign-in?next=${encodeURIComponent(path)}`);
  }
});
