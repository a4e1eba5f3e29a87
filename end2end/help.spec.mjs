// Help: articles for everybody, found by topic and by words, and the way from them to the assistant.
import { accessible } from './support/accessible.mjs';
import { expect, open, signUp, test } from './support/bank.mjs';

test('a stranger reads the help from the first page on', async ({ page }) => {
  await open(page, '/');
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Help' }).click();
  await page.waitForURL('**/help');
  await expect(page.getByRole('heading', { level: 1, name: 'Help' })).toBeFocused();
  await expect(page.getByRole('heading', { level: 2, name: 'Payments' })).toBeVisible();
  await page.getByRole('link', { name: 'How passkeys work' }).click();
  await page.waitForURL('**/help/help-passkeys');
  await expect(page.getByRole('heading', { level: 1, name: 'How passkeys work' })).toBeFocused();
  await expect(page).toHaveTitle(/How passkeys work/);
  await expect(page.getByRole('heading', { name: 'See also' })).toBeVisible();
  await page.getByRole('link', { name: 'Back' }).click();
  await page.waitForURL('**/help');
});

test('a page that is slow to come still brings the focus to its heading', async ({ page }) => {
  await open(page, '/help');
  await page.route('**/api/**', async (route) => {
    await new Promise((resolve) => setTimeout(resolve, 1500));
    await route.continue();
  });
  await page.getByRole('link', { name: 'How passkeys work' }).click();
  await page.waitForURL('**/help/help-passkeys');
  await expect(page.getByRole('heading', { level: 1, name: 'How passkeys work' })).toBeFocused();
});

test('an article is found by words that are not in its title, and the search can be gone back from', async ({ page }) => {
  await open(page, '/help');
  const field = page.getByLabel('What is it about?');
  await field.fill('fingerprint');
  await page.getByRole('button', { name: 'Search' }).click();
  await page.waitForURL('**/help?about=fingerprint');
  await expect(page.getByRole('heading', { level: 2, name: /about “fingerprint”/ })).toBeVisible();
  await expect(page.getByRole('link', { name: 'How passkeys work' })).toBeVisible();
  await page.goBack();
  await expect(page.getByRole('heading', { level: 2, name: /about “fingerprint”/ })).toHaveCount(0);
  await expect(field).toHaveValue('');
  await expect(page.getByRole('heading', { level: 2, name: 'Payments' })).toBeVisible();
  await field.fill('xylophone');
  await page.keyboard.press('Enter');
  await expect(page.getByText('No article has these words')).toBeVisible();
});

test('what is looked for is text, whatever it is', async ({ page }) => {
  await open(page, `/help?about=${encodeURIComponent('<img src=x onerror=alert(1)> passkeys')}`);
  await expect(page.getByLabel('What is it about?')).toHaveValue('<img src=x onerror=alert(1)> passkeys');
  await expect(page.locator('main img')).toHaveCount(0);
});

test.describe('an article that is not there', () => {
  test.use({ refusals: true });

  test('is said not to be', async ({ page }) => {
    for (const slug of ['no-such-article', '..%2Fprofile', 'A%20b']) {
      const answer = await page.goto(`/help/${slug}`);
      expect(answer.status(), slug).toBe(404);
    }
  });
});

test('a customer goes from an article to the assistant', async ({ page }) => {
  await signUp(page, 'Vera Holm');
  await open(page, '/help/transfer-timing');
  await expect(page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Help' })).toHaveAttribute('aria-current', 'page');
  await page.getByRole('link', { name: 'Ask the assistant' }).click();
  await page.waitForURL('**/assistant');
});

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false });

  test('the help is whole, and can be searched', async ({ page }) => {
    await page.goto('/help');
    await page.getByLabel('What is it about?').fill('passkeys');
    await page.getByRole('button', { name: 'Search' }).click();
    await page.waitForURL('**/help?about=passkeys');
    await page.getByRole('link', { name: 'How passkeys work' }).click();
    await expect(page.getByRole('heading', { level: 1, name: 'How passkeys work' })).toBeVisible();
  });
});

for (const [size, viewport] of Object.entries({ phone: { width: 390, height: 844 }, desktop: { width: 1440, height: 900 } })) {
  for (const colorScheme of ['light', 'dark']) {
    test.describe(`${size}, ${colorScheme}`, () => {
      test.use({ viewport, colorScheme });

      test('the help’s pages are for everybody', async ({ page }) => {
        for (const path of ['/help', '/help?about=passkeys', '/help?about=xylophone', '/help/help-passkeys']) {
          await open(page, path);
          await accessible(page, path);
        }
      });
    });
  }
}
