// Signatures in a real browser: asked for, given, refused, and kept as a proof that holds without the bank.
import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { another, expect, fillPayment, open, openAccount, payIn, sign, signUp, test } from './support/bank.mjs';

const target = process.env.LARCH_TARGET ?? process.env.CARGO_TARGET_DIR ?? path.resolve('target');
const larch = (...args) => promisify(execFile)(path.join(target, 'debug', 'larch'), args);

const review = (page) => page.getByRole('button', { name: 'Review' });
const signAndSend = (page) => page.getByRole('button', { name: 'Sign and send' });

/** Anna has money, Ben has an account. */
async function pair(page, browser, run) {
  const device = await signUp(page, 'Anna Vogel');
  const mine = await openAccount(page);
  await payIn(page, mine, '250.00');
  await another(browser, async (other) => {
    await signUp(other, 'Ben Thorne');
    await run({ device, mine, theirs: await openAccount(other), other });
  });
}

async function ask(page, theirs, amount) {
  await fillPayment(page, { name: 'Ben Thorne', iban: theirs.iban, amount });
  await review(page).click();
  await page.waitForURL(/\/pay\/[0-9a-f-]{36}/);
}

test('a payment is signed, and the proof holds until a byte of it is changed', async ({ page, browser }, info) => {
  await pair(page, browser, async ({ theirs }) => {
    await ask(page, theirs, '120');
    await expect(page.getByText('You have not paid this account before, so you sign this payment.')).toBeVisible();
    await signAndSend(page).click();
    await page.waitForURL(/\/payments\/.*done/);
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'Save the proof of your signature' }).click(),
    ]);
    expect(download.suggestedFilename()).toMatch(/^larch-proof-[0-9a-f-]{36}\.json$/);
    const file = info.outputPath('proof.json');
    await download.saveAs(file);
    const { stdout } = await larch('verify-proof', file);
    expect(stdout).toContain('The signature holds.');
    expect(stdout).toContain('120.00');
    expect(stdout).toContain(theirs.iban);

    const forged = info.outputPath('forged.json');
    await writeFile(forged, (await readFile(file, 'utf8')).replace('120.00', '920.00'));
    const failed = await larch('verify-proof', forged).catch((error) => error);
    expect(failed.code).toBe(1);
    expect(failed.stdout).toContain('the signature was made over another document');
  });
});

test.describe('when the passkey is not there', () => {
  test('nothing moves, it is said, and the request goes on waiting', async ({ page, browser }) => {
    await pair(page, browser, async ({ device, mine, theirs }) => {
      await ask(page, theirs, '120');
      await device.verified(false);
      await signAndSend(page).click();
      await expect(page.getByText('No passkey was used')).toBeVisible();
      await device.verified(true);
      await signAndSend(page).click();
      await page.waitForURL(/\/payments\/.*done/);
      await open(page, mine.path);
      await expect(page.locator('.hero')).toContainText('€130.00');
    });
  });
});

test.describe('an amount that is changed on the way', () => {
  test.use({ refusals: true });
  test('is not what was signed', async ({ page, browser }) => {
    await pair(page, browser, async ({ mine, theirs }) => {
      await ask(page, theirs, '10');
      const small = page.url().split('/').pop();
      await ask(page, theirs, '200');
      // The browser is made to sign the small payment, while the large one is on the screen.
      await page.route('**/pending.start-signing', async (route) => {
        const answer = await page.request.post('/api/call-json/pending.show', {
          headers: { 'sec-fetch-site': 'same-origin', cookie: (await route.request().allHeaders()).cookie },
          data: { pending: small },
        });
        const { done } = await answer.json();
        await route.continue({ postData: JSON.stringify({ pending: small, hash: done.hash }) });
      });
      await signAndSend(page).click();
      await expect(page.getByText('That took too long, or was already used.').first()).toBeVisible();
      await open(page, mine.path);
      await expect(page.locator('.hero')).toContainText('€250.00');
    });
  });
});

test('a payee who is trusted is paid with a press, until the trust ends', async ({ page, browser }) => {
  await pair(page, browser, async ({ theirs }) => {
    await ask(page, theirs, '40');
    await signAndSend(page).click();
    await page.waitForURL(/\/payments\/.*done/);
    await page.getByRole('button', { name: 'Trust this payee' }).click();
    await sign(page);
    await expect(page.getByText('You trust Ben Thorne.')).toBeVisible();

    await ask(page, theirs, '50');
    await expect(page.getByText('You trust this payee, so a press is enough.')).toBeVisible();
    await page.getByRole('button', { name: 'Confirm and send' }).click();
    await page.waitForURL(/\/payments\/.*done/);

    await open(page, '/profile');
    await page.getByRole('button', { name: 'Stop trusting Ben Thorne' }).click();
    await expect(page.getByText('You trust nobody yet')).toBeVisible();
    // The row that was pressed is gone; the focus is with what it was in.
    await expect(page.getByRole('heading', { name: 'Payees you trust' })).toBeFocused();
    await ask(page, theirs, '60');
    await expect(signAndSend(page)).toBeVisible();
  });
});

test('a demo person, whom everybody can be, confirms with a press', async ({ page }) => {
  await open(page, '/');
  await page.locator('button[name=handle]').first().click();
  await page.waitForURL('**/home');
  await open(page, '/profile/tokens/new');
  await page.getByLabel('Name of the program').fill('Bookkeeping');
  await page.getByRole('button', { name: 'Let it in' }).click();
  await expect(page.getByText('You are one of the demo people, so a press is enough.')).toBeVisible();
  await page.getByRole('dialog').getByRole('button', { name: 'Confirm' }).click();
  await expect(page.getByRole('heading', { level: 1, name: '“Bookkeeping” is let in' })).toBeFocused();
});
