// Public pages without JavaScript: rendered by the server, and the demo people can be stepped into.
import { expect, test } from './support/bank.mjs';

test.use({ javaScriptEnabled: false });

test('the welcome page is whole, and a demo person can be signed in as and out', async ({ page }) => {
  await page.goto('/');
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  const people = page.locator('button[name=handle]');
  await expect(people).toHaveCount(5);
  await people.first().click();
  await page.waitForURL('**/home');
  await expect(page.locator('main a[href^="/accounts/"]').first()).toBeVisible();
  await expect(page.locator('main a[href^="/payments/"]').first()).toBeVisible();
  await page.getByRole('button', { name: 'Sign out' }).first().click();
  await page.waitForURL(/localhost:\d+\/$/);
});

test('signing up and signing in show themselves', async ({ page }) => {
  for (const path of ['/sign-up', '/sign-in']) {
    const answer = await page.goto(path);
    expect(answer.status()).toBe(200);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    await expect(page.getByRole('button').first()).toBeVisible();
  }
});
