// Moving money, as two people see it; and every refusal, with nothing lost.
import { another, expect, fillPayment, open, openAccount, payIn, signUp, test } from './support/bank.mjs';

const review = (page) => page.getByRole('button', { name: 'Review' });

test('money goes from one customer to another, and both see it', async ({ page, browser }) => {
  await signUp(page, 'Anna Vogel');
  const mine = await openAccount(page);
  await payIn(page, mine, '250.00');
  await another(browser, async (other) => {
    await signUp(other, 'Ben Thorne');
    const theirs = await openAccount(other);

    await fillPayment(page, { name: 'Ben Thorne', iban: theirs.iban, amount: '20.50', reference: 'Concert tickets' });
    await expect(page.getByText('The account belongs to Ben Thorne.')).toBeVisible();
    await review(page).click();
    await page.waitForURL(/\/pay\/[0-9a-f-]{36}/);
    await expect(page.getByRole('heading', { level: 1 })).toContainText('€20.50');
    await expect(page.getByText('Ben Thorne').first()).toBeVisible();
    await expect(page.getByText('Concert tickets')).toBeVisible();
    await expect(page.getByText(theirs.iban.replace(/(.{4})(?=.)/g, '$1 '))).toBeVisible();

    await page.getByRole('button', { name: 'Sign and send' }).click();
    await page.waitForURL(/\/payments\/.*done/);
    await expect(page.getByRole('heading', { name: 'Sent' })).toBeVisible();

    await open(page, mine.path);
    await expect(page.locator('.hero')).toContainText('€229.50');
    await expect(page.getByRole('link', { name: /Ben Thorne/ })).toContainText('−€20.50');
    await open(other, theirs.path);
    await expect(other.locator('.hero')).toContainText('€20.50');
    await expect(other.getByRole('link', { name: /Anna Vogel/ })).toContainText('+€20.50');
  });
});

test('a payment just made can be undone, and one received can be sent back', async ({ page, browser }) => {
  await signUp(page, 'Carla Moretti');
  const mine = await openAccount(page);
  await payIn(page, mine, '100');
  await another(browser, async (other) => {
    await signUp(other, 'Dirk Brandt');
    const theirs = await openAccount(other);
    const send = async (amount) => {
      await fillPayment(page, { name: 'Dirk Brandt', iban: theirs.iban, amount });
      await review(page).click();
      await page.waitForURL(/\/pay\/[0-9a-f-]{36}/);
      // The second payment is small, and no longer the first to him: a press is enough.
      await page.getByRole('button', { name: /^(Sign|Confirm) and send$/ }).click();
      await page.waitForURL(/\/payments\/.*done/);
    };
    await send('40');
    await page.getByRole('button', { name: /^Undo/ }).click();
    await expect(page.getByText(/^Undone\./)).toBeVisible();
    await open(page, mine.path);
    await expect(page.locator('.hero')).toContainText('€100.00');

    await send('30');
    await open(other, theirs.path);
    await other.getByRole('link', { name: /Carla Moretti/ }).first().click();
    await other.getByRole('button', { name: 'Send it back' }).click();
    await other.getByRole('dialog').getByRole('button', { name: 'Send it back' }).click();
    await expect(other.getByText(/^Sent back\./)).toBeVisible();
    await open(page, mine.path);
    await expect(page.locator('.hero')).toContainText('€100.00');
  });
});

test('money moves between one’s own accounts', async ({ page }) => {
  await signUp(page, 'Elif Aydin');
  const everyday = await openAccount(page, { name: 'Everyday' });
  const savings = await openAccount(page, { name: 'Savings' });
  await payIn(page, everyday, '80');
  await open(page, `/pay?from=${everyday.path.split('/').pop()}`);
  await page.getByRole('link', { name: 'Between my accounts' }).click();
  await expect(page.getByLabel('To', { exact: true })).toBeVisible();
  await page.getByLabel('Amount').fill('25');
  await review(page).click();
  await page.waitForURL(/\/pay\/[0-9a-f-]{36}/);
  await page.getByRole('button', { name: 'Confirm and move' }).click();
  await page.waitForURL(/\/payments\//);
  await open(page, savings.path);
  await expect(page.locator('.hero')).toContainText('€25.00');
});

test('a review can be cancelled, and nothing moves', async ({ page, browser }) => {
  await signUp(page, 'Filip Novak');
  const mine = await openAccount(page);
  await payIn(page, mine, '50');
  await another(browser, async (other) => {
    await signUp(other, 'Greta Olsen');
    const theirs = await openAccount(other);
    await fillPayment(page, { name: 'Greta Olsen', iban: theirs.iban, amount: '10' });
    await review(page).click();
    await page.waitForURL(/\/pay\/[0-9a-f-]{36}/);
    const waiting = page.url();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await expect(page.getByText('Cancelled. No money moved.')).toBeVisible();
    await open(page, waiting);
    await expect(page.getByText('You cancelled this')).toBeVisible();
    await open(page, mine.path);
    await expect(page.locator('.hero')).toContainText('€50.00');
  });
});

test('a name that does not fit its IBAN is pointed out', async ({ page, browser }) => {
  await signUp(page, 'Hugo Martin');
  await openAccount(page);
  await another(browser, async (other) => {
    await signUp(other, 'Ines Ferreira');
    const theirs = await openAccount(other);
    await fillPayment(page, { name: 'City Police', iban: theirs.iban, amount: '10' });
    await expect(page.getByText('The name does not fit the account')).toBeVisible();
    await page.getByLabel('Name of the payee').fill('Ines Fereira');
    await page.getByLabel('Amount').focus();
    await page.getByRole('button', { name: 'Use this name' }).click();
    await expect(page.getByLabel('Name of the payee')).toHaveValue('Ines Ferreira');
  });
});

test('large cash is confirmed first, small cash goes at once', async ({ page }) => {
  await signUp(page, 'Karl Winter');
  const account = await openAccount(page);
  await payIn(page, account, '900');
  const takeOut = async (amount) => {
    await open(page, `/cash?account=${account.path.split('/').pop()}&do=out`);
    await page.getByLabel('Amount').fill(amount);
    await page.getByRole('button', { name: 'Take out', exact: true }).click();
  };
  await takeOut('100');
  await page.waitForURL(/\/payments\//);
  await takeOut('600');
  await page.waitForURL(/\/pay\/[0-9a-f-]{36}/);
  await expect(page.getByRole('heading', { level: 1 })).toContainText('€600.00');
  await page.getByRole('button', { name: 'Confirm', exact: true }).click();
  await page.waitForURL(/\/payments\//);
  await open(page, account.path);
  await expect(page.locator('.hero')).toContainText('€200.00');
});

test.describe('what cannot be paid', () => {
  test.use({ refusals: true });

  test('is refused beside the field, and nothing typed is lost', async ({ page }) => {
    await signUp(page, 'Lena Fischer');
    const mine = await openAccount(page);
    await payIn(page, mine, '30');
    const good = { name: 'Somebody Else', iban: 'DE89370400440532013000', amount: '10', reference: 'Dinner' };
    const cases = [
      [{ iban: 'DE89370400440532013001' }, 'The check digits do not fit. One character is probably mistyped.'],
      [{ iban: 'DE89!' }, 'An IBAN has only letters and digits, and starts with a country, such as DE.'],
      [{ amount: '0' }, 'The amount must be more than zero.'],
      [{ amount: '-5' }, 'The amount must be more than zero.'],
      [{ amount: '1.234.5' }, /not an amount/],
      [{ amount: '10.005' }, 'EUR has two decimals at most.'],
      [{ amount: '1000000000000000000' }, 'That amount is larger than the bank can handle.'],
      [{ name: '   ' }, 'Please enter a name.'],
    ];
    for (const [wrong, words] of cases) {
      const typed = { ...good, ...wrong };
      await fillPayment(page, typed);
      await review(page).click();
      await expect(page.getByText(words).first(), JSON.stringify(wrong)).toBeVisible();
      await expect(page.locator('[aria-invalid=true]').first()).toBeFocused();
      await expect(page.getByLabel('Reference')).toHaveValue('Dinner');
      expect(new URL(page.url()).pathname).toBe('/pay');
    }
    // An IBAN that is valid, but nobody's here.
    await fillPayment(page, good);
    await review(page).click();
    await expect(page.getByText('No account at Larch has this IBAN.').first()).toBeVisible();
    await expect(page.getByLabel('IBAN of the payee')).toHaveValue('DE89 3704 0044 0532 0130 00');
    await open(page, mine.path);
    await expect(page.locator('.hero')).toContainText('€30.00');
  });

  test('over the cash desk is refused beside the amount, and nothing typed is lost', async ({ page }) => {
    await signUp(page, 'Karl Winter');
    const account = await openAccount(page);
    await payIn(page, account, '30');
    const amount = page.getByLabel('Amount');
    for (const [way, typed, words] of [
      ['in', '10000.01', 'At once, €10,000.00 at most can be paid in.'],
      ['in', '0', 'The amount must be more than zero.'],
      ['out', '30.01', 'There is not enough money in this account: €30.00 is available.'],
    ]) {
      await open(page, `/cash?account=${account.path.split('/').pop()}&do=${way}`);
      await amount.fill(typed);
      await page.getByRole('button', { name: way === 'in' ? 'Pay in' : 'Take out', exact: true }).click();
      await expect(page.locator('#field-amount-error')).toHaveText(words);
      await expect(amount).toBeFocused();
      await expect(amount).toHaveValue(typed);
      await expect(page.getByRole('alert')).toHaveCount(0);
    }
    await open(page, account.path);
    await expect(page.locator('.hero')).toContainText('€30.00');
  });

  test('for want of money says how much there is', async ({ page, browser }) => {
    await signUp(page, 'Milan Kral');
    const mine = await openAccount(page);
    await payIn(page, mine, '30');
    await another(browser, async (other) => {
      await signUp(other, 'Nina Roth');
      const theirs = await openAccount(other);
      await fillPayment(page, { name: 'Nina Roth', iban: theirs.iban, amount: '30.01' });
      await review(page).click();
      await expect(page.getByText('There is not enough money in this account: €30.00 is available.').first()).toBeVisible();
      await expect(page.getByLabel('Amount')).toHaveValue('30.01');
    });
  });

  test('after the session ended: nothing moves, and what was typed stays', async ({ page, browser }) => {
    await signUp(page, 'Otto Braun');
    const mine = await openAccount(page);
    await payIn(page, mine, '30');
    await another(browser, async (other) => {
      await signUp(other, 'Paula Stein');
      const theirs = await openAccount(other);
      await fillPayment(page, { name: 'Paula Stein', iban: theirs.iban, amount: '5', reference: 'Lunch' });
      await page.context().clearCookies();
      await review(page).click();
      await expect(page.getByText(/not signed in/).first()).toBeVisible();
      await expect(page.getByLabel('Reference')).toHaveValue('Lunch');
    });
  });
});
