// Answers that are held back, and what whoever has gone on meanwhile gets to know of them.
import { another, expect, openAccount, payIn, signUp } from './bank.mjs';

/** Holds what is asked of one operation back until it is let go. */
export async function hold(page, operation) {
  let letGo;
  const gate = new Promise((resolve) => {
    letGo = resolve;
  });
  await page.route(`**/api/call-json/${operation}`, async (route) => {
    await gate;
    await route.continue();
  });
  return {
    /** Presses something, and waits until the operation is asked for. */
    by: async (press) => {
      const asked = page.waitForRequest(`**/api/call-json/${operation}`);
      await press();
      await asked;
    },
    /** Lets the answer come, and waits until the page has had the time to take it in. */
    letGo: async () => {
      const answered = page.waitForResponse(`**/api/call-json/${operation}`);
      letGo();
      await (await answered).finished();
      await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 100))));
    },
  };
}

/** Goes to one of the places in the bar, inside of the app. */
export async function goTo(page, place, path) {
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: place, exact: true }).click();
  await page.waitForURL(`**${path}`);
}

/** The customer is still where they went, and the app lives. */
export async function isStillAtHome(page) {
  expect(new URL(page.url()).pathname).toBe('/home');
  await goTo(page, 'Profile', '/profile');
  await expect(page.getByRole('heading', { level: 1, name: 'Profile' })).toBeVisible();
}

/** Somebody with money, and somebody to pay. */
export async function two(page, browser) {
  await signUp(page, 'Vera Holm');
  await payIn(page, await openAccount(page), '250');
  return another(browser, async (other) => {
    await signUp(other, 'Ben Okafor');
    return openAccount(other);
  });
}

/** The message that tells whoever has left what became of it. */
export const told = (page, text) => page.locator('.toaster .toast-note').filter({ hasText: text });
