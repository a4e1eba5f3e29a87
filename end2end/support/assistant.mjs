// The assistant as customers reach it.
import { expect } from './bank.mjs';

/** The panel beside the page. */
export const panel = (page) => page.getByRole('complementary', { name: 'Assistant' });

/** What one writes in, in the panel or on the page of its own. */
export const words = (page) => page.getByRole('textbox', { name: 'Write to Larch' });

/** Every message, in its order. */
export const messages = (page) => page.getByRole('log', { name: 'Conversation' }).getByRole('article');

/** Opens the panel by its button. */
export async function ask(page) {
  await page.getByRole('button', { name: 'Ask', exact: true }).click();
  await expect(words(page)).toBeFocused();
}

/** Says something, and waits for the answer to it. */
export async function say(page, text) {
  // The conversation so far is there.
  await expect(page.getByRole('log', { name: 'Conversation' })).toBeVisible();
  const before = await messages(page).count();
  await words(page).fill(text);
  await page.keyboard.press('Enter');
  // One's own words, and an answer at least, which the bank has kept.
  await expect.poll(() => messages(page).count()).toBeGreaterThan(before + 1);
  await expect(page.getByRole('log', { name: 'Conversation' })).toHaveAttribute('data-busy', 'false');
  await expect(words(page)).toHaveValue('');
}

/** The last card. */
export const card = (page) => page.locator('.talk-card').last();
