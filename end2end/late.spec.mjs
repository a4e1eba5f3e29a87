// A slow line: answers that come when their customer has gone on, and pages that are used before they are awake.
import { accessible } from './support/accessible.mjs';
import { awake, expect, fillPayment, open, openAccount, payIn, signUp, test } from './support/bank.mjs';
import { goTo, hold, isStillAtHome, told, two } from './support/late.mjs';

test('a payment that is asked for leaves alone whoever has left its form', async ({ page, browser }) => {
  const theirs = await two(page, browser);
  await fillPayment(page, { name: 'Ben Okafor', iban: theirs.iban, amount: '20' });
  const late = await hold(page, 'transfers.submit');
  await late.by(() => page.getByRole('button', { name: 'Review' }).click());
  await goTo(page, 'Home', '/home');
  await late.letGo();
  await isStillAtHome(page);
  // It waits for a yes, and a new form begins empty.
  await goTo(page, 'Pay', '/pay');
  await expect(page.getByLabel('Amount')).toHaveValue('');
  await goTo(page, 'Home', '/home');
  await expect(page.locator('main').getByRole('link', { name: /Ben Okafor/ }).first()).toBeVisible();
});

test('money between one’s own accounts and cash leave alone whoever has left their forms', async ({ page }) => {
  await signUp(page, 'Vera Holm');
  await payIn(page, await openAccount(page, { name: 'Everyday' }), '100');
  await openAccount(page, { name: 'Savings' });
  await open(page, '/pay?between=own');
  await page.getByLabel('Amount').fill('20');
  const moved = await hold(page, 'transfers.move');
  await moved.by(() => page.getByRole('button', { name: 'Review' }).click());
  await goTo(page, 'Home', '/home');
  await moved.letGo();
  await isStillAtHome(page);

  await open(page, '/cash');
  await page.getByLabel('Amount').fill('5');
  const paid = await hold(page, 'transfers.deposit');
  await paid.by(() => page.getByRole('button', { name: 'Pay in', exact: true }).click());
  await goTo(page, 'Home', '/home');
  await paid.letGo();
  await expect(told(page, 'Paid in: €5.00.')).toBeVisible();
  await expect(page.locator('main .hero')).toContainText('€105.00');
  await isStillAtHome(page);
});

test('an account that is opened late is no reason to change the page', async ({ page }) => {
  await signUp(page, 'Vera Holm');
  await open(page, '/accounts/new');
  const late = await hold(page, 'accounts.open');
  await late.by(() => page.getByRole('button', { name: 'Open the account' }).click());
  await goTo(page, 'Home', '/home');
  await late.letGo();
  await isStillAtHome(page);
});

test('a yes that is answered late leaves alone whoever has left the review', async ({ page, browser }) => {
  const theirs = await two(page, browser);
  await fillPayment(page, { name: 'Ben Okafor', iban: theirs.iban, amount: '20' });
  await page.getByRole('button', { name: 'Review' }).click();
  await page.waitForURL(/\/pay\/[0-9a-f-]{36}/);
  const late = await hold(page, 'pending.confirm');
  await late.by(() => page.getByRole('button', { name: 'Sign and send' }).click());
  await goTo(page, 'Home', '/home');
  await late.letGo();
  await isStillAtHome(page);
});

test('money that moved late is told, shown where its customer is, and taken back from there', async ({ page, browser }) => {
  const theirs = await two(page, browser);
  await fillPayment(page, { name: 'Ben Okafor', iban: theirs.iban, amount: '20' });
  await page.getByRole('button', { name: 'Review' }).click();
  await page.waitForURL(/\/pay\/[0-9a-f-]{36}/);
  const late = await hold(page, 'pending.confirm');
  await late.by(() => page.getByRole('button', { name: 'Sign and send' }).click());
  await goTo(page, 'Home', '/home');
  const hero = page.locator('main .hero');
  await expect(hero).toContainText('€250.00');
  await expect(page.getByRole('heading', { name: 'Waiting for you' })).toBeVisible();
  await late.letGo();
  const toast = told(page, 'Sent: €20.00 to Ben Okafor.');
  await expect(toast.getByRole('link', { name: 'See the receipt' })).toHaveAttribute('href', /^\/payments\/[0-9a-f-]{36}$/);
  await expect(hero).toContainText('€230.00');
  await expect(page.getByRole('heading', { name: 'Waiting for you' })).toHaveCount(0);
  await expect(page.locator('main .feed').getByRole('link', { name: /Ben Okafor/ })).toHaveCount(1);
  await toast.getByRole('button', { name: /^Undo/ }).click();
  await expect(told(page, 'Undone. €20.00 is back')).toBeVisible();
  await expect(toast).toHaveCount(0);
  await expect(hero).toContainText('€250.00');
  await isStillAtHome(page);
});

test('what is told late stays until it is looked at, for everybody', async ({ page, browser }) => {
  const theirs = await two(page, browser);
  await fillPayment(page, { name: 'Ben Okafor', iban: theirs.iban, amount: '20' });
  await page.getByRole('button', { name: 'Review' }).click();
  await page.waitForURL(/\/pay\/[0-9a-f-]{36}/);
  const late = await hold(page, 'pending.confirm');
  await late.by(() => page.getByRole('button', { name: 'Sign and send' }).click());
  await goTo(page, 'Profile', '/profile');
  await late.letGo();
  const toast = told(page, 'Sent: €20.00 to Ben Okafor.');
  await expect(toast).toBeVisible();
  await accessible(page, 'told late');
  // Longer than what passes by, and than the time to undo.
  await expect(toast.getByRole('button', { name: /^Undo/ })).toHaveCount(0);
  await toast.getByRole('link', { name: 'See the receipt' }).click();
  await page.waitForURL(/\/payments\/[0-9a-f-]{36}$/);
  await expect(toast).toHaveCount(0);
  await expect(page.locator('main')).toContainText('€20.00');
});

test('nobody is asked for their passkey on a page that they have come to meanwhile', async ({ page, browser }) => {
  const theirs = await two(page, browser);
  await fillPayment(page, { name: 'Ben Okafor', iban: theirs.iban, amount: '20' });
  await page.getByRole('button', { name: 'Review' }).click();
  await page.waitForURL(/\/pay\/[0-9a-f-]{36}/);
  const confirmed = [];
  page.on('request', (request) => request.url().endsWith('/pending.confirm') && confirmed.push(request));
  const late = await hold(page, 'pending.start-signing');
  await late.by(() => page.getByRole('button', { name: 'Sign and send' }).click());
  await goTo(page, 'Home', '/home');
  await late.letGo();
  await page.waitForTimeout(300);
  expect(confirmed).toHaveLength(0);
  await expect(page.locator('main .hero')).toContainText('€250.00');
  await expect(page.getByRole('heading', { name: 'Waiting for you' })).toBeVisible();
});

test('the seconds to undo are those that the bank has left', async ({ page, browser }) => {
  const theirs = await two(page, browser);
  await fillPayment(page, { name: 'Ben Okafor', iban: theirs.iban, amount: '20' });
  await page.getByRole('button', { name: 'Review' }).click();
  await page.waitForURL(/\/pay\/[0-9a-f-]{36}/);
  await page.route('**/api/call-json/transfers.receipt', async (route) => {
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    await route.continue();
  });
  await page.getByRole('button', { name: 'Sign and send' }).click();
  await page.waitForURL(/\/payments\/.*done/);
  const undo = page.getByRole('button', { name: /^Undo/ });
  await expect(undo).toContainText(/Undo\s*[1-7] s/);
  await undo.click();
  await expect(page.getByText(/^Undone\./)).toBeVisible();
});

test.describe('what the bank refuses late', () => {
  test.use({ refusals: true });

  test('is told to whoever has left the review', async ({ page, browser, context }) => {
    const theirs = await two(page, browser);
    await fillPayment(page, { name: 'Ben Okafor', iban: theirs.iban, amount: '20' });
    await page.getByRole('button', { name: 'Review' }).click();
    await page.waitForURL(/\/pay\/[0-9a-f-]{36}/);
    const review = new URL(page.url()).pathname;
    const late = await hold(page, 'pending.confirm');
    await late.by(() => page.getByRole('button', { name: 'Sign and send' }).click());
    await goTo(page, 'Home', '/home');
    // The money goes elsewhere meanwhile.
    const desk = await context.newPage();
    await open(desk, '/cash?do=out');
    await desk.getByLabel('Amount').fill('240');
    await desk.getByRole('button', { name: 'Take out', exact: true }).click();
    await desk.waitForURL(/\/payments\//);
    await desk.close();
    await late.letGo();
    const toast = told(page, 'Send €20.00 to Ben Okafor: There is not enough money in this account');
    await expect(toast).toContainText('No money moved.');
    await expect(page.locator('main .hero')).toContainText('€10.00');
    await toast.getByRole('link', { name: 'Look at it' }).click();
    await page.waitForURL(`**${review}`);
    await expect(toast).toHaveCount(0);
  });

  test('is told to whoever has left the form', async ({ page, browser }) => {
    await two(page, browser);
    await fillPayment(page, { name: 'Nobody Here', iban: 'DE89 3704 0044 0532 0130 00', amount: '20' });
    const late = await hold(page, 'transfers.submit');
    await late.by(() => page.getByRole('button', { name: 'Review' }).click());
    await goTo(page, 'Home', '/home');
    await late.letGo();
    const toast = told(page, 'Payment of €20.00 to Nobody Here: No account at Larch has this IBAN.');
    await expect(toast).toContainText('No money moved.');
    await toast.getByRole('button', { name: 'Close this message' }).click();
    await expect(toast).toHaveCount(0);
    await isStillAtHome(page);
  });

  test('is said of what was sent, and takes the cursor from nobody', async ({ page }) => {
    await signUp(page, 'Vera Holm');
    await payIn(page, await openAccount(page), '10');
    await open(page, '/cash?do=out');
    const amount = page.getByLabel('Amount');
    await amount.fill('50');
    const late = await hold(page, 'transfers.withdraw');
    const button = page.getByRole('button', { name: 'Take out', exact: true });
    await late.by(() => button.click());
    await amount.fill('5');
    await page.getByLabel('Account', { exact: true }).focus();
    await late.letGo();
    await expect(button).not.toHaveAttribute('aria-busy', 'true');
    await expect(amount).not.toHaveAttribute('aria-invalid', 'true');
    await expect(page.getByLabel('Account', { exact: true })).toBeFocused();
    await amount.fill('50');
    await expect(amount).toHaveAttribute('aria-invalid', 'true');
  });

  test('brings the cursor to its field when nobody has gone on', async ({ page }) => {
    await signUp(page, 'Vera Holm');
    await payIn(page, await openAccount(page), '10');
    await open(page, '/cash?do=out');
    await page.getByLabel('Amount').fill('50');
    const late = await hold(page, 'transfers.withdraw');
    await late.by(() => page.getByRole('button', { name: 'Take out', exact: true }).click());
    await late.letGo();
    await expect(page.getByLabel('Amount')).toBeFocused();
    await expect(page.getByLabel('Amount')).toHaveAttribute('aria-invalid', 'true');
  });
});

test.describe('what is brought late', () => {
  test.use({ refusals: true });

  const acts = {
    nothing: async () => {},
    'the wheel': async (page) => {
      await page.mouse.move(600, 400);
      await page.mouse.wheel(0, 10);
    },
    'a key': (page) => page.keyboard.press('Shift'),
    'a press on the page': (page) => page.mouse.click(600, 5),
  };
  for (const [act, does] of Object.entries(acts)) {
    test(`takes the focus of whoever waits, and of nobody who has acted meanwhile: ${act}`, async ({ page }) => {
      await signUp(page, 'Vera Holm');
      await openAccount(page);
      await open(page, '/profile');
      await page.route('**/api/call-json/accounts.list', (route) => route.fulfill({ status: 503, json: { code: 'busy', retry_after_s: 1 } }));
      await goTo(page, 'Home', '/home');
      const again = page.locator('main').getByRole('button', { name: 'Try again' });
      await expect(page.getByRole('heading', { level: 1, name: 'Home' })).toBeFocused();
      await page.unroute('**/api/call-json/accounts.list');
      const late = await hold(page, 'accounts.list');
      await again.focus();
      await late.by(() => page.keyboard.press('Enter'));
      await does(page);
      await late.letGo();
      const heading = page.getByRole('heading', { level: 1, name: 'All your money at Larch' });
      await expect(heading).toBeVisible();
      if (act === 'nothing') {
        await expect(heading).toBeFocused();
      } else {
        await page.waitForTimeout(300);
        await expect(heading).not.toBeFocused();
      }
    });
  }
});

test('an IBAN is not judged while somebody is in its field again', async ({ page }) => {
  await signUp(page, 'Vera Holm');
  await openAccount(page);
  await open(page, '/pay');
  const iban = page.getByLabel('IBAN of the payee');
  await iban.fill('DE00 1');
  await page.getByLabel('Amount').focus();
  await iban.focus();
  await page.waitForTimeout(500);
  await expect(iban).not.toHaveAttribute('aria-invalid', 'true');
  await page.getByLabel('Amount').focus();
  await expect(iban).toHaveAttribute('aria-invalid', 'true');
});

test('what is chosen before a page is awake stays chosen', async ({ page }) => {
  await signUp(page, 'Vera Holm');
  await openAccount(page, { name: 'Everyday' });
  await openAccount(page, { name: 'Holidays' });
  const asleep = async (path) => {
    let wake;
    const gate = new Promise((resolve) => {
      wake = resolve;
    });
    await page.route('**/*.wasm', async (route) => {
      await gate;
      await route.continue();
    });
    await page.goto(path, { waitUntil: 'commit' });
    return async () => {
      expect(await page.evaluate(() => document.documentElement.dataset.awake)).not.toBe('true');
      wake();
      await awake(page);
      await page.unroute('**/*.wasm');
    };
  };

  let wake = await asleep('/accounts/new');
  await page.getByRole('radio', { name: /Savings account/ }).check();
  await page.getByLabel('Currency').selectOption('USD');
  await page.getByLabel('Name', { exact: true }).fill('Dollars');
  await wake();
  await expect(page.getByRole('radio', { name: /Savings account/ })).toBeChecked();
  await expect(page.getByLabel('Currency')).toHaveValue('USD');
  await page.getByRole('button', { name: 'Open the account' }).click();
  await page.waitForURL(/\/accounts\/[0-9a-f-]{36}$/);
  await expect(page.locator('.hero')).toContainText('$0.00');

  wake = await asleep('/mandates/new');
  await page.getByRole('checkbox', { name: 'Holidays' }).check();
  await page.getByRole('radio', { name: 'Look and pay', exact: true }).check();
  await wake();
  await expect(page.getByRole('checkbox', { name: 'Holidays' })).toBeChecked();
  await expect(page.getByRole('radio', { name: 'Look and pay', exact: true })).toBeChecked();
  // The form knows of both.
  await expect(page.getByText('Only those that are chosen.')).toBeVisible();
  await expect(page.getByLabel('The most at a time')).toBeVisible();
});
