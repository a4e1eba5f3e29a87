// Mandates, given and taken through the pages.
import { awake, expect, open, sign } from './bank.mjs';

/** Offers a mandate through the pages, and gives its code. */
export async function offer(page, { name, power, most, account }) {
  await open(page, '/mandates/new');
  await page.getByLabel('Who is it?').fill(name);
  if (account) await page.getByRole('checkbox', { name: account }).check();
  await page.getByRole('radio', { name: power, exact: true }).check();
  if (most) await page.getByLabel('The most at a time').fill(most);
  await page.getByRole('button', { name: 'Review' }).click();
  await sign(page);
  await expect(page.getByRole('heading', { level: 1, name: `Offered to ${name}` })).toBeFocused();
  const code = await page.locator('.secret code').innerText();
  expect(code).toMatch(/^[A-Z2-7]{4}(-[A-Z2-7]{4}){3}$/);
  return code;
}

/** Looks at what a code is for. */
export async function look(page, code, owner) {
  await open(page, '/mandates/code');
  await page.getByLabel('Code').fill(code);
  await page.getByRole('button', { name: 'See what it is' }).click();
  // The form is gone, and the focus is with what came in its place.
  await expect(page.getByRole('heading', { level: 1, name: `${owner} lets you act for them` })).toBeFocused();
}

/** Takes it, after a look at what it is. */
export async function take(page, code, owner) {
  await look(page, code, owner);
  await page.getByRole('button', { name: 'Accept' }).click();
  await page.waitForURL('**/home');
  await awake(page);
}

/** Chooses an account of somebody else to pay from, and asks for the payment. */
export async function payFrom(page, owner) {
  const option = page.getByLabel('From').locator('option', { hasText: owner });
  await page.getByLabel('From').selectOption({ label: (await option.first().textContent()).trim() });
  await page.getByRole('button', { name: 'Review' }).click();
  await page.waitForURL(/\/pay\/[0-9a-f-]{36}$/);
}
