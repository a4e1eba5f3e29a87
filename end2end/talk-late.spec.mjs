// A slow line, and the assistant: what comes late belongs to the conversation that it was asked in, and nothing is said twice.
import { ask, card, messages, panel, say, words } from './support/assistant.mjs';
import { expect, open, openAccount, signUp, test } from './support/bank.mjs';
import { hold, told, two } from './support/late.mjs';

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
  const heard = page.waitForResponse('**/assistant.say');
  await late.letGo();
  await heard;
  await expect(told(page, 'Sent: €20.00 to Ben Okafor.')).toBeVisible();
  // The page beside shows it, too.
  await expect(page.locator('main .hero')).toContainText('€230.00');
  await expect(messages(page).filter({ hasText: 'Done: Send' })).toHaveCount(0);
  await panel(page).getByRole('button', { name: 'Earlier conversations' }).click();
  await panel(page).getByRole('button', { name: /send 20 euros/ }).click();
  await expect(messages(page).filter({ hasText: 'Done: Send €20.00 to Ben Okafor' })).toHaveCount(1);
});

test.describe('while another turn is worked out', () => {
  // Where one is, the bank refuses another: it is told again.
  test.use({ refusals: true });

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
