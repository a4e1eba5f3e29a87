// A slow line: answers that come when their customer has gone on, and pages that are used before they are awake.
import { ask, card, messages, panel, say, words } from './support/assistant.mjs';
import { another, awake, expect, fillPayment, open, openAccount, payIn, signUp, test } from './support/bank.mjs';

/** Holds what is asked of one operation back until it is let go. */
async function hold(page, operation) {
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
async function goTo(page, place, path) {
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: place, exact: true }).click();
  await page.waitForURL(`**${path}`);
}

/** The customer is still where they went, and the app lives. */
async function isStillAtHome(page) {
  expect(new URL(page.url()).pathname).toBe('/home');
  await goTo(page, 'Profile', '/profile');
  await expect(page.getByRole('heading', { level: 1, name: 'Profile' })).toBeVisible();
}

/** Somebody with money, and somebody to pay. */
async function two(page, browser) {
  await signUp(page, 'Vera Holm');
  await payIn(page, await openAccount(page), '250');
  return another(browser, async (other) => {
    await signUp(other, 'Ben Okafor');
    return openAccount(other);
  });
}

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

test('an earlier conversation that comes late does not turn the panel', async ({ page }) => {
  await signUp(page, 'Vera Holm');
  await open(page, '/home');
  await ask(page);
  await say(page, 'hello');
  await panel(page).getByRole('button', { name: 'New conversation' }).click();
  await say(page, 'show my limits');
  await panel(page).getByRole('button', { name: 'Earlier conversations' }).click();
  const late = await hold(page, 'assistant.show');
  await late.by(() => panel(page).getByRole('button', { name: /hello/ }).click());
  await panel(page).getByRole('button', { name: 'What it remembers' }).click();
  await expect(panel(page).getByRole('heading', { name: 'What it remembers' })).toBeVisible();
  await late.letGo();
  await expect(panel(page).getByRole('heading', { name: 'What it remembers' })).toBeVisible();
  await panel(page).getByRole('button', { name: 'What it remembers' }).click();
  await expect(messages(page).first()).toContainText('show my limits');
});

test('a conversation that is deleted late takes the cursor from nobody', async ({ page }) => {
  await signUp(page, 'Vera Holm');
  await openAccount(page);
  await open(page, '/pay');
  await ask(page);
  await say(page, 'hello');
  await panel(page).getByRole('button', { name: 'Delete this conversation' }).click();
  const late = await hold(page, 'assistant.delete');
  await late.by(() => page.getByRole('dialog').getByRole('button', { name: 'Delete it' }).click());
  const amount = page.locator('main').getByLabel('Amount');
  await amount.focus();
  await late.letGo();
  await expect(panel(page).getByText('What can I do for you?')).toBeVisible();
  await expect(amount).toBeFocused();
});

test('a card that is answered late takes the cursor from nobody', async ({ page, browser }) => {
  const theirs = await two(page, browser);
  await open(page, '/pay');
  await ask(page);
  await say(page, `send 20 euros to Ben Okafor ${theirs.iban}`);
  const late = await hold(page, 'pending.confirm');
  await late.by(() => card(page).getByRole('button', { name: 'Sign with your passkey' }).click());
  const amount = page.locator('main').getByLabel('Amount');
  await amount.focus();
  await late.letGo();
  await expect(card(page)).toContainText('You agreed to it, and the money moved');
  await expect(messages(page).filter({ hasText: 'Done: Send €20.00 to Ben Okafor' })).not.toHaveCount(0);
  await expect(amount).toBeFocused();
});

test('a card that is answered late says nothing in another conversation', async ({ page, browser }) => {
  const theirs = await two(page, browser);
  await open(page, '/home');
  await ask(page);
  await say(page, `send 20 euros to Ben Okafor ${theirs.iban}`);
  const late = await hold(page, 'pending.confirm');
  await late.by(() => card(page).getByRole('button', { name: 'Sign with your passkey' }).click());
  await panel(page).getByRole('button', { name: 'New conversation' }).click();
  await words(page).fill('what I am about to ask');
  await late.letGo();
  await expect(panel(page).getByText('What can I do for you?')).toBeVisible();
  await expect(messages(page)).toHaveCount(0);
  await expect(words(page)).toHaveValue('what I am about to ask');
});

test('a card that is answered late is told to its own conversation', async ({ page, browser }) => {
  const theirs = await two(page, browser);
  await open(page, '/home');
  await ask(page);
  await say(page, `send 20 euros to Ben Okafor ${theirs.iban}`);
  const late = await hold(page, 'pending.confirm');
  await late.by(() => card(page).getByRole('button', { name: 'Sign with your passkey' }).click());
  await panel(page).getByRole('button', { name: 'New conversation' }).click();
  await say(page, 'hello');
  const told = page.waitForResponse('**/assistant.say');
  await late.letGo();
  await (await told).finished();
  await expect(messages(page).filter({ hasText: 'Done: Send' })).toHaveCount(0);
  await panel(page).getByRole('button', { name: 'Earlier conversations' }).click();
  await panel(page).getByRole('button', { name: /send 20 euros/ }).click();
  await expect(messages(page).filter({ hasText: 'Done: Send €20.00 to Ben Okafor' })).toHaveCount(1);
});

test('what became of a request is told even when its turn comes in another conversation', async ({ page, browser }) => {
  const theirs = await two(page, browser);
  await open(page, '/home');
  await ask(page);
  await say(page, `send 20 euros to Ben Okafor ${theirs.iban}`);
  let letGo;
  const held = new Promise((resolve) => (letGo = resolve));
  await page.route('**/assistant.say', async (route) => {
    await held;
    await route.continue();
  });
  await words(page).fill('what are my limits?');
  await words(page).press('Enter');
  // It waits for the answer before.
  await card(page).getByRole('button', { name: 'Cancel' }).click();
  await expect(card(page)).toContainText('You cancelled this');
  await panel(page).getByRole('button', { name: 'New conversation' }).click();
  letGo();
  await expect(messages(page)).toHaveCount(0);
  await panel(page).getByRole('button', { name: 'Earlier conversations' }).click();
  await panel(page).getByRole('button', { name: /send 20 euros/ }).click();
  // What was pressed, and the answer to it.
  await expect(messages(page).filter({ hasText: 'Cancelled: Send €20.00 to Ben Okafor' })).toHaveCount(2);
});

test('a look that was asked for before an answer does not take it away', async ({ page }) => {
  await signUp(page, 'Vera Holm');
  await open(page, '/home');
  await ask(page);
  await say(page, 'hello');
  // The bank's view from before, which comes after the next answer.
  let letGo;
  const gate = new Promise((resolve) => {
    letGo = resolve;
  });
  let seen;
  const looked = new Promise((resolve) => {
    seen = resolve;
  });
  await page.route('**/api/call-json/assistant.show', async (route) => {
    const request = route.request();
    const answer = await page.request.post(request.url(), {
      headers: { 'sec-fetch-site': 'same-origin', cookie: (await request.allHeaders()).cookie },
      data: request.postDataJSON(),
    });
    seen();
    await gate;
    await route.fulfill({ response: answer });
  });
  // The panel looks for news when it is opened again.
  await panel(page).getByRole('button', { name: 'Close', exact: true }).click();
  await ask(page);
  await looked;
  await say(page, 'show my limits');
  const count = await messages(page).count();
  const answered = page.waitForResponse('**/api/call-json/assistant.show');
  letGo();
  await (await answered).finished();
  await page.waitForTimeout(200);
  await expect(messages(page)).toHaveCount(count);
});

/** Lets the bank hear what is said, and keeps the end of its answer from the page. */
async function losesTheEnd(page) {
  await page.route('**/assistant.say', async (route) => {
    const request = route.request();
    const answer = await page.request.post(request.url(), {
      headers: { 'sec-fetch-site': 'same-origin', 'content-type': 'application/json', cookie: (await request.allHeaders()).cookie },
      data: request.postData(),
    });
    const lines = (await answer.text()).split('\n').filter(Boolean);
    expect(JSON.parse(lines.at(-1))).toHaveProperty('done');
    await route.fulfill({ status: 200, contentType: 'application/x-ndjson', body: lines.slice(0, -1).map((line) => `${line}\n`).join('') });
  });
}

for (const way of ['Try again', 'Enter']) {
  test(`what began a conversation and lost its end is taken up by ${way}, and not asked for twice`, async ({ page, browser }) => {
    const theirs = await two(page, browser);
    await open(page, '/home');
    await ask(page);
    // It is none of those from before, which began with something else.
    await say(page, 'hello');
    await panel(page).getByRole('button', { name: 'New conversation' }).click();
    await expect(messages(page)).toHaveCount(0);
    await losesTheEnd(page);
    await words(page).fill(`send 20 euros to Ben Okafor ${theirs.iban}`);
    await page.keyboard.press('Enter');
    const trouble = panel(page).getByRole('alert').filter({ hasText: 'What you wrote is still here' });
    await expect(trouble).toBeVisible();
    await page.unroute('**/assistant.say');
    if (way === 'Enter') await words(page).press('Enter');
    else await trouble.getByRole('button', { name: 'Try again' }).click();
    await expect(card(page)).toContainText('Send €20.00 to Ben Okafor');
    await expect(trouble).toHaveCount(0);
    await expect(words(page)).toHaveValue('');
    await expect(page.locator('.talk-card')).toHaveCount(1);
    await open(page, '/home');
    await expect(page.locator('main').getByRole('link', { name: /Ben Okafor/ })).toHaveCount(1);
  });
}
