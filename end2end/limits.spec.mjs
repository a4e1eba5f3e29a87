// Limits: lower at once, higher by a signature and later, and what programs may send all together.
import { randomUUID } from 'node:crypto';
import { another, expect, fillPayment, open, openAccount, payIn, sign, signUp, test } from './support/bank.mjs';

const table = (page) => page.getByRole('table', { name: 'Your limits' });

async function change(page, limit, number) {
  await open(page, '/profile');
  await page.getByRole('link', { name: `Change: ${limit}` }).click();
  await page.waitForURL('**/profile/limits/*');
  await page.getByLabel('New limit for a day').fill(number);
  await page.getByRole('button', { name: 'Set it' }).click();
}

test.describe('a limit', () => {
  test.use({ refusals: true });

  test('is lowered at once, and a payment beyond it is refused', async ({ page, browser }) => {
    await signUp(page, 'Ines Duarte');
    const account = await openAccount(page);
    await payIn(page, account, '2000');
    const payee = await another(browser, async (other) => {
      await signUp(other, 'Ben Okafor');
      return openAccount(other);
    });
    await change(page, 'Sent to others', '500');
    await expect(page.getByText('It is 500 from now on.')).toBeVisible();
    await expect(page.getByText('500 a day')).toBeVisible();
    // The form is still there, and the focus in it.
    await expect(page.getByRole('button', { name: 'Set it' })).toBeFocused();
    await fillPayment(page, { name: 'Ben Okafor', iban: payee.iban, amount: '500.01' });
    await page.getByRole('button', { name: 'Review' }).click();
    await expect(page.getByText(/limit/i).first()).toBeVisible();
    await expect(page).toHaveURL(/\/pay$/);
  });

  test('is raised by a signature, counts a day later, and is called off', async ({ page }) => {
    await signUp(page, 'Ines Duarte');
    await change(page, 'Sent to others', '20 000');
    await expect(page.getByRole('dialog').getByText('24 hours after you sign')).toBeVisible();
    await sign(page);
    await expect(page.getByText(/^It rises to 20,000 on/).first()).toBeVisible();
    await open(page, '/profile');
    const row = table(page).getByRole('row', { name: /Sent to others/ });
    await expect(row).toContainText('10,000');
    await expect(row).toContainText('Rises to 20,000 on');
    await change(page, 'Sent to others', '10000');
    await expect(page.getByText('It is 10,000 from now on.')).toBeVisible();
    await open(page, '/profile');
    await expect(table(page)).not.toContainText('Rises');
  });

  test('that is no number, or beyond the bank’s, is refused beside its field', async ({ page }) => {
    await signUp(page, 'Ines Duarte');
    for (const [typed, words] of [
      ['', 'Please enter a number.'],
      ['2.50', 'Please enter a whole number, without cents.'],
      ['lots', 'Please enter a whole number, such as 2,000.'],
      ['60000', 'This can be 50,000 at most.'],
    ]) {
      await change(page, 'Sent to others', typed);
      await expect(page.getByText(words)).toBeVisible();
      await expect(page.getByLabel('New limit for a day')).toHaveValue(typed);
    }
  });
});

test('a program pays its total and no more', async ({ page, browser, request }) => {
  await signUp(page, 'Ines Duarte');
  const account = await openAccount(page);
  await payIn(page, account, '2000');
  const payee = await another(browser, async (other) => {
    await signUp(other, 'Ben Okafor');
    return openAccount(other);
  });
  await open(page, '/profile/tokens/new');
  await page.getByLabel('Name of the program').fill('Rent');
  await page.getByRole('radio', { name: 'Read and pay' }).check();
  await page.getByLabel('The most at a time').fill('600');
  await page.getByLabel('The most all together').fill('900');
  await page.getByRole('button', { name: 'Let it in' }).click();
  await expect(page.getByRole('dialog').getByText(/pay up to €600.00 at a time and €900.00 a month/)).toBeVisible();
  await sign(page);
  const secret = await page.locator('.secret code').first().innerText();
  const pay = (amount) =>
    request.post('/api/v1/transfers', {
      headers: { authorization: `Bearer ${secret}`, 'idempotency-key': randomUUID() },
      data: {
        from: account.path.split('/').pop(),
        payee_name: 'Ben Okafor',
        payee_iban: payee.iban,
        amount: { amount, currency: 'EUR' },
        reference: 'Rent',
      },
    });
  expect((await pay('600.00')).status()).toBe(201);
  expect((await pay('300.01')).status()).toBe(202);
  expect((await pay('300.00')).status()).toBe(201);
  await open(page, '/profile');
  await expect(page.getByText('€900.00 of €900.00 a month is spent')).toBeVisible();
});
