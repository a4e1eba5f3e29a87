// What every page has to be: usable by everybody, and no wider than its screen.
import AxeBuilder from '@axe-core/playwright';
import { expect } from './bank.mjs';

export async function accessible(page, name) {
  // The page itself, and not what stands there until it comes. The gallery shows that, too.
  await expect(page.locator('h1').first()).toBeVisible();
  if (!page.url().endsWith('/gallery')) await expect(page.locator('main .skeleton')).toHaveCount(0);
  const { violations } = await standing(page, () =>
    new AxeBuilder({ page })
      .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
      .analyze(),
  );
  expect(violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.target.join(' ')).join(', ')}`), name).toEqual([]);
  const sideways = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect(sideways, `${name} does not scroll sideways`).toBe(0);
}

/** Contrast is measured of what stands there, and not of what fades in. Everything else is tested with the motion that most people see. */
async function standing(page, measure) {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await page.waitForFunction(() => document.getAnimations().every((animation) => animation.playState !== 'running'));
  try {
    return await measure();
  } finally {
    await page.emulateMedia({ reducedMotion: null });
  }
}
