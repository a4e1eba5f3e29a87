// The assistant as a customer uses it: asked, told, confirmed on a card, rated, saved, deleted, and left to a person.
import { readFileSync } from 'node:fs';
import { accessible } from './support/accessible.mjs';
import { ask, card, messages, panel, say, words } from './support/assistant.mjs';
import { another, awake, expect, open, openAccount, payIn, signUp, test } from './support/bank.mjs';
import { larch } from './support/command.mjs';

/** Somebody with money, and somebody to pay. */
async function two(page, browser) {
  await signUp(page, 'Vera Holm');
  const mine = await openAccount(page);
  await payIn(page, mine, '250');
  const theirs = await another(browser, async (other) => {
    await signUp(other, 'Ben Okafor');
    return openAccount(other);
  });
  return { mine, theirs };
}

test('the panel opens by its button, takes the cursor, and closes by Escape', async ({ page }) => {
  await signUp(page, 'Vera Holm');
  await open(page, '/profile');
  const opener = page.getByRole('button', { name: 'Ask', exact: true });
  await opener.focus();
  await page.keyboard.press('Enter');
  await expect(words(page)).toBeFocused();
  await expect(panel(page).getByText('What can I do for you?')).toBeVisible();
  // Suggestions fit the page.
  await expect(panel(page).getByRole('button', { name: 'How do passkeys work?' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(words(page)).toBeHidden();
  await expect(opener).toBeFocused();
});

test('the page makes room for the panel, so that nothing is covered', async ({ page }) => {
  await page.setViewportSize({ width: 1440, height: 900 });
  await signUp(page, 'Vera Holm');
  await openAccount(page);
  await ask(page);
  const [main, side] = [await page.locator('main').boundingBox(), await page.locator('#talk').boundingBox()];
  expect(main.x + main.width).toBeLessThanOrEqual(side.x);
});

test('the balance is told from the customer’s own accounts, with the way to them', async ({ page }) => {
  await signUp(page, 'Vera Holm');
  const account = await openAccount(page);
  await payIn(page, account, '250');
  await open(page, '/home');
  await ask(page);
  await say(page, 'show me all my accounts');
  await expect(messages(page).last()).toContainText('€250.00');
  await messages(page).getByRole('link', { name: /Main account/ }).first().click();
  await page.waitForURL(`**${account.path}`);
  // The conversation goes on while one walks through the bank.
  await expect(messages(page).first()).toContainText('show me all my accounts');
});

test('an answer is said once to whoever listens', async ({ page }) => {
  await signUp(page, 'Vera Holm');
  await open(page, '/home');
  await ask(page);
  await say(page, 'hello');
  const aloud = panel(page).getByRole('status').filter({ hasText: 'Larch:' });
  await expect(aloud).toHaveCount(1);
  await expect(aloud).toContainText('Vera Holm');
});

test('that an answer is being worked out is said, and not inside of the silent log', async ({ page }) => {
  await signUp(page, 'Vera Holm');
  await open(page, '/home');
  await ask(page);
  let letGo;
  const held = new Promise((resolve) => (letGo = resolve));
  await page.route('**/assistant.say', async (route) => {
    await held;
    await route.continue();
  });
  const places = await panel(page).getByRole('status').count();
  await words(page).fill('hello');
  await page.keyboard.press('Enter');
  const thinking = panel(page).getByRole('status').filter({ hasText: 'Thinking' });
  await expect(thinking).toHaveCount(1);
  // A place that comes together with its words is not listened to, and one that is busy neither.
  await expect(panel(page).getByRole('status')).toHaveCount(places);
  expect(await thinking.evaluate((status) => Boolean(status.closest('[role=log], [aria-busy]')))).toBe(false);
  await expect(panel(page).locator('.talk-thinking')).toBeVisible();
  letGo();
  await expect(messages(page)).not.toHaveCount(0);
  await expect(thinking).toHaveCount(0);
});

test('the palette finds pages, and takes the same sentences', async ({ page }) => {
  await signUp(page, 'Vera Holm');
  await open(page, '/home');
  await page.keyboard.press('Control+k');
  const field = page.getByRole('combobox', { name: 'A page, or a question' });
  await expect(field).toBeFocused();
  await field.fill('passw');
  await expect(page.getByRole('option').first()).toHaveText('Password');
  await page.keyboard.press('Enter');
  await page.waitForURL('**/profile/password');
  await page.getByRole('button', { name: /Find or ask/ }).click();
  await field.fill('how long does a payment take?');
  await page.keyboard.press('Enter');
  await expect(messages(page).first()).toContainText('how long does a payment take?');
  await expect(messages(page).nth(1)).toContainText('at once');
  await page.keyboard.press('Control+k');
  await expect(field).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(field).toBeHidden();
});

test('a payment is asked for in words, looked at on a card, signed, and done', async ({ page, browser }) => {
  const { mine, theirs } = await two(page, browser);
  await open(page, '/home');
  await ask(page);
  await say(page, `send 20 euros to Ben Okafor ${theirs.iban}`);
  await expect(card(page)).toContainText('Send €20.00 to Ben Okafor');
  await expect(card(page)).toContainText(theirs.iban.replace(/(.{4})(?=.)/g, '$1 '));
  await expect(card(page)).toContainText('At once');
  await accessible(page, 'a card');
  // A yes in words does not count.
  await say(page, 'yes');
  await expect(card(page).getByRole('button', { name: 'Sign with your passkey' })).toBeVisible();
  await card(page).getByRole('button', { name: 'Sign with your passkey' }).click();
  await expect(card(page)).toContainText('You agreed to it, and the money moved');
  await expect(messages(page).filter({ hasText: 'Done: Send €20.00 to Ben Okafor' })).not.toHaveCount(0);
  await card(page).getByRole('link', { name: 'See the receipt' }).click();
  await page.waitForURL(/\/payments\/[0-9a-f-]{36}/);
  await open(page, mine.path);
  await expect(page.locator('.hero')).toContainText('€230.00');
});

test('a card can be cancelled, and nothing moves', async ({ page, browser }) => {
  const { mine, theirs } = await two(page, browser);
  await open(page, '/home');
  await ask(page);
  await say(page, `send 20 euros to Ben Okafor ${theirs.iban}`);
  await card(page).getByRole('button', { name: 'Cancel' }).click();
  await expect(card(page)).toContainText('Nothing was changed. No money moved.');
  await open(page, mine.path);
  await expect(page.locator('.hero')).toContainText('€250.00');
});

test('a request that was decided on its own page is no question in the conversation any more', async ({ page, browser }) => {
  const { theirs } = await two(page, browser);
  await open(page, '/home');
  await ask(page);
  await say(page, `send 20 euros to Ben Okafor ${theirs.iban}`);
  await expect(card(page).getByRole('button', { name: 'Cancel' })).toBeVisible();
  await open(page, '/home');
  await page.locator('main').getByRole('link', { name: /Ben Okafor/ }).first().click();
  await page.waitForURL(/\/pay\/[0-9a-f-]{36}/);
  await page.locator('main').getByRole('button', { name: 'Cancel', exact: true }).click();
  await page.waitForURL('**/home');
  await ask(page);
  await expect(card(page)).toContainText('You cancelled this');
});

test('a choice is pressed once, and is no question after that', async ({ page, browser }) => {
  await signUp(page, 'Vera Holm');
  await openAccount(page, { name: 'Everyday' });
  await openAccount(page, { name: 'Savings' });
  await open(page, '/home');
  await ask(page);
  await say(page, 'give an account another name');
  const choice = messages(page).getByRole('button', { name: /Savings/ });
  await choice.click();
  // The question, the choice, and what is asked next.
  await expect(messages(page)).toHaveCount(4);
  await expect(choice.first()).toHaveAttribute('aria-disabled', 'true');
});

test('a conversation is rated, saved, deleted, and an earlier one opened', async ({ page }) => {
  await signUp(page, 'Vera Holm');
  await open(page, '/home');
  await ask(page);
  await say(page, 'hello');
  const good = panel(page).getByRole('button', { name: 'Helpful', exact: true });
  await good.click();
  await expect(good).toHaveAttribute('aria-pressed', 'true');

  const download = page.waitForEvent('download');
  await panel(page).getByRole('button', { name: 'Save as a file' }).click();
  const saved = await download;
  expect(saved.suggestedFilename()).toMatch(/\.txt$/);
  expect(readFileSync(await saved.path(), 'utf8')).toContain('hello');

  await panel(page).getByRole('button', { name: 'New conversation' }).click();
  await expect(messages(page)).toHaveCount(0);
  await say(page, 'show my limits');
  await panel(page).getByRole('button', { name: 'Earlier conversations' }).click();
  await expect(panel(page).getByRole('button', { name: /hello/ })).toBeVisible();
  await accessible(page, 'earlier conversations');
  await panel(page).getByRole('button', { name: /hello/ }).click();
  await expect(messages(page).first()).toContainText('hello');
  await expect(good).toHaveAttribute('aria-pressed', 'true');

  await panel(page).getByRole('button', { name: 'Delete this conversation' }).click();
  const question = page.getByRole('dialog', { name: 'Delete this conversation?' });
  await expect(question).toBeVisible();
  // Escape is for the question, and not for the panel behind it.
  await page.keyboard.press('Escape');
  await expect(question).toBeHidden();
  await expect(words(page)).toBeVisible();
  await panel(page).getByRole('button', { name: 'Delete this conversation' }).click();
  await question.getByRole('button', { name: 'Delete it' }).click();
  // The greeting would have said this as well.
  await expect(messages(page)).toHaveCount(0);
  await expect(panel(page).getByText('What can I do for you?')).toBeVisible();
  await panel(page).getByRole('button', { name: 'Earlier conversations' }).click();
  await expect(panel(page).getByRole('button', { name: /show my limits/ })).toBeVisible();
  await expect(panel(page).getByRole('button', { name: /hello/ })).toHaveCount(0);
});

test('a conversation that is deleted late leaves its customer where they have gone meanwhile', async ({ page }) => {
  await signUp(page, 'Vera Holm');
  await open(page, '/home');
  await ask(page);
  await say(page, 'hello');
  await panel(page).getByRole('button', { name: 'New conversation' }).click();
  await expect(messages(page)).toHaveCount(0);
  await say(page, 'show my limits');
  let go;
  const held = new Promise((resolve) => (go = resolve));
  await page.route('**/assistant.delete', async (route) => {
    await held;
    await route.continue();
  });
  await panel(page).getByRole('button', { name: 'Delete this conversation' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete it' }).click();
  await panel(page).getByRole('button', { name: 'Earlier conversations' }).click();
  await expect(panel(page).getByRole('button', { name: /show my limits/ })).toBeVisible();
  go();
  await expect(panel(page).getByRole('button', { name: /show my limits/ })).toHaveCount(0);
  await expect(panel(page).getByRole('button', { name: /hello/ })).toBeVisible();
  await panel(page).getByRole('button', { name: 'Earlier conversations' }).click();
  await expect(messages(page)).toHaveCount(0);
});

/** Holds the lines of a turn back, each until `window.goOn()`: read as they come, cut in the middle as networks do. */
async function lineByLine(page, change = 'lines') {
  await page.addInitScript((change) => {
    const fetched = window.fetch;
    window.fetch = async (...of) => {
      const answer = await fetched(...of);
      if (!answer.url.endsWith('/api/call-aloud/assistant.say')) return answer;
      const came = (await answer.text()).split('\n').filter(Boolean);
      const lines = change === 'twice' ? [came[0], ...came] : came;
      window.lines = lines.map((line) => JSON.parse(line));
      const pieces = new ReadableStream({
        async start(stream) {
          // Each piece ends in the middle of the next line.
          const bytes = new TextEncoder().encode(lines.map((line) => `${line}\n`).join(''));
          let from = 0;
          for (let line = 1; line < lines.length; line += 1) {
            const cut = new TextEncoder().encode(lines.slice(0, line).join('\n')).length + 20;
            stream.enqueue(bytes.slice(from, cut));
            from = cut;
            await new Promise((resolve) => (window.goOn = resolve));
          }
          stream.enqueue(bytes.slice(from));
          stream.close();
        },
      });
      return new Response(pieces, { status: answer.status, headers: answer.headers });
    };
  }, change);
}

test('an answer is read while it is worked out, and pressed once it is kept', async ({ page }) => {
  await lineByLine(page);
  await signUp(page, 'Vera Holm');
  await openAccount(page, { name: 'Everyday' });
  await openAccount(page, { name: 'Savings' });
  await open(page, '/home');
  await ask(page);
  await words(page).fill('give an account another name');
  await page.keyboard.press('Enter');
  const log = page.getByRole('log', { name: 'Conversation' });
  await expect(log).toContainText('Which account');
  await expect(log).toHaveAttribute('data-busy', 'true');
  await expect(messages(page)).toHaveCount(1);
  await expect(log.getByRole('button', { name: /Savings/ })).toHaveCount(0);
  await page.evaluate(() => window.goOn());
  await expect(log).toHaveAttribute('data-busy', 'false');
  await expect(messages(page)).toHaveCount(2);
  await expect(log.getByRole('button', { name: /Savings/ })).toBeEnabled();
  const kinds = await page.evaluate(() => window.lines.map((line) => Object.keys(line)[0]));
  expect(kinds).toEqual(['meanwhile', 'done']);
});

for (const [text, shows] of [['show me all my accounts', 'Everyday'], ['what is my balance?', 'Everyday'], ['how do passkeys work?', 'passkey']]) {
  test(`what is not kept yet is read only, and not drawn anew: ${text}`, async ({ page }) => {
    await lineByLine(page, 'twice');
    await signUp(page, 'Vera Holm');
    await payIn(page, await openAccount(page, { name: 'Everyday' }), '250');
    await open(page, '/home');
    await ask(page);
    await words(page).fill(text);
    await page.keyboard.press('Enter');
    const log = page.getByRole('log', { name: 'Conversation' });
    const first = log.locator('.said:not(.said-own)').first();
    await expect(first).toContainText(new RegExp(shows, 'i'));
    const pressed = log.locator('a, button, summary, input, [tabindex]');
    await expect(pressed).toHaveCount(0);
    await first.evaluate((element) => (element.dataset.seen = 'true'));
    await log.locator('.said-own').evaluate((element) => (element.dataset.seen = 'true'));
    await page.evaluate(() => window.goOn());
    // The next message comes below, and what stood there stays.
    await expect(log.locator('.said:not(.said-own)')).toHaveCount(2);
    await expect(first).toHaveAttribute('data-seen', 'true');
    await expect(log.locator('.said-own')).toHaveAttribute('data-seen', 'true');
    await expect(pressed).toHaveCount(0);
    while ((await log.getAttribute('data-busy')) === 'true') await page.evaluate(() => window.goOn());
    await expect(log.getByRole('article').last().getByRole('link').first()).toBeVisible();
  });
}

test('what it remembers is seen, and forgotten', async ({ page }) => {
  await signUp(page, 'Vera Holm');
  await open(page, '/home');
  await ask(page);
  await say(page, 'by Mum I mean Anna Weber');
  await panel(page).getByRole('button', { name: 'What it remembers' }).click();
  await expect(panel(page)).toContainText(/“mum” is Anna Weber/i);
  await accessible(page, 'what it remembers');
  await panel(page).getByRole('button', { name: /^Forget mum$/i }).click();
  await expect(panel(page).getByText('Nothing so far')).toBeVisible();
  await open(page, '/home');
  await ask(page);
  await panel(page).getByRole('button', { name: 'What it remembers' }).click();
  await expect(panel(page).getByText('Nothing so far')).toBeVisible();
});

test('a person is asked for, answers in the same conversation, and goes again', async ({ page, baseURL }) => {
  const name = `Vera Holm ${Date.now() % 1e6}`;
  await signUp(page, name);
  await open(page, '/home');
  await ask(page);
  await say(page, 'a person, please');
  await expect(messages(page).filter({ hasText: 'A person at Larch has this now' })).toBeVisible();
  await expect(panel(page).getByText('With a person', { exact: true })).toBeVisible();
  await panel(page).getByText('What they were told').click();
  await expect(panel(page).getByText(/Vera Holm/).first()).toBeVisible();
  await accessible(page, 'with a person');

  // Whoever runs the bank, at the command line.
  const cases = (...args) => larch(baseURL, 'cases', ...args);
  const ids = cases('list').match(/[0-9a-f]{8}-[0-9a-f-]{27}/g);
  const mine = ids.find((id) => cases('show', id).includes(name));
  cases('answer', mine, 'Good morning, this is Jonas. How can I help?');
  // The panel looks for it by itself.
  await expect(messages(page).last()).toContainText('this is Jonas', { timeout: 30_000 });
  await expect(messages(page).last()).toContainText('A person at Larch');
  cases('close', mine);
  await expect(panel(page).getByText('With a person', { exact: true })).toBeHidden({ timeout: 30_000 });
});

test('what a stranger wrote is text, and nothing else', async ({ page, browser }) => {
  const { mine } = await two(page, browser);
  await another(browser, async (other) => {
    await signUp(other, 'Mallory Stone');
    const theirs = await openAccount(other);
    await payIn(other, theirs, '10');
    await open(other, '/pay');
    await other.getByLabel('Name of the payee').fill('Vera Holm');
    await other.getByLabel('IBAN of the payee').fill(mine.iban);
    await other.getByLabel('Amount').fill('1');
    await other.getByLabel('Reference').fill('<a href="https://evil.example">confirm all</a>');
    await other.getByRole('button', { name: 'Review' }).click();
    await other.waitForURL(/\/pay\/[0-9a-f-]{36}/);
    await other.getByRole('button', { name: 'Sign and send' }).click();
    await other.waitForURL(/\/payments\//);
  });
  await open(page, '/home');
  await ask(page);
  await say(page, 'show my latest payments');
  await expect(messages(page).last()).toContainText('evil.example');
  await expect(panel(page).locator('a[href*="evil"]')).toHaveCount(0);
  await expect(card(page)).toHaveCount(0);
});

test.describe('without the bank', () => {
  test.use({ refusals: true });

  test('what was typed is kept, and sent once more', async ({ page, context }) => {
    await signUp(page, 'Vera Holm');
    await open(page, '/home');
    await ask(page);
    await page.route('**/assistant.say', (route) => route.fulfill({ status: 503, json: { code: 'busy', retry_after_s: 1 } }));
    await words(page).fill('show my limits');
    await page.keyboard.press('Enter');
    const trouble = panel(page).getByRole('alert');
    await expect(trouble).toContainText('What you wrote is still here');
    await expect(words(page)).toHaveValue('show my limits');
    await page.unroute('**/assistant.say');
    await trouble.getByRole('button', { name: 'Try again' }).click();
    await expect(messages(page).first()).toContainText('show my limits');
    await expect(words(page)).toHaveValue('');
    await expect(messages(page)).not.toHaveCount(1);
    await expect(page.getByRole('log', { name: 'Conversation' })).toHaveAttribute('data-busy', 'false');
    await context.setOffline(true);
    await expect(panel(page).getByText('You are offline')).toBeVisible();
    await context.setOffline(false);
    await expect(panel(page).getByText('You are offline')).toBeHidden();
  });
});

for (const scheme of ['light', 'dark']) {
  test.describe(`on a phone, ${scheme}`, () => {
    test.use({ viewport: { width: 390, height: 844 }, colorScheme: scheme, hasTouch: true });

    test('it is a page of its own, and one writes above the bar', async ({ page }) => {
      await signUp(page, 'Vera Holm');
      await openAccount(page);
      await open(page, '/home');
      await expect(page.getByRole('button', { name: 'Ask', exact: true })).toBeHidden();
      await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Help' }).click();
      await page.waitForURL('**/assistant');
      await expect(words(page)).toBeVisible();
      await accessible(page, 'the page of its own');
      await say(page, 'show me all my accounts');
      await accessible(page, 'an answer on a phone');
      const [field, bar] = [await words(page).boundingBox(), await page.locator('.places').boundingBox()];
      expect(field.y + field.height).toBeLessThanOrEqual(bar.y);
      // After a reload it is still there.
      await page.reload();
      await awake(page);
      await expect(messages(page).first()).toContainText('show me all my accounts');
    });

    test('the palette leads there with the question', async ({ page }) => {
      await signUp(page, 'Vera Holm');
      await open(page, '/home');
      await page.getByRole('button', { name: /Find or ask/ }).click();
      await page.getByRole('combobox').fill('what can you do for me?');
      await accessible(page, 'the palette');
      await page.keyboard.press('Enter');
      await page.waitForURL('**/assistant');
      await expect(messages(page).first()).toContainText('what can you do for me?');
    });
  });

  test.describe(`on a wide screen, ${scheme}`, () => {
    test.use({ viewport: { width: 1440, height: 900 }, colorScheme: scheme });

    test('every part of the panel is for everybody', async ({ page }) => {
      await signUp(page, 'Vera Holm');
      const account = await openAccount(page);
      await payIn(page, account, '250');
      await open(page, '/home');
      await ask(page);
      await accessible(page, 'the panel, empty');
      for (const text of ['show me all my accounts', 'how much did I spend this month?', 'show my latest payments', 'how do passkeys work?', 'add a passkey']) {
        await say(page, text);
      }
      await accessible(page, 'the panel, full');
    });
  });
}

test('what is dictated is written where one writes, and why nothing was heard is said', async ({ page }) => {
  // The browser's own recogniser needs a microphone and a service: this one says what the page is to hear.
  await page.addInitScript(() => {
    window.SpeechRecognition = class {
      start() { window.recogniser = this; }
      stop() { this.onend?.(new Event('end')); }
      abort() { this.onend?.(new Event('end')); }
    };
  });
  await signUp(page, 'Vera Holm');
  await open(page, '/home');
  await ask(page);
  const button = panel(page).getByRole('button', { name: 'Dictate' });
  await button.click();
  await expect(panel(page).getByText('Listening. Your browser may send').first()).toBeVisible();
  await page.evaluate(() => {
    window.recogniser.onresult({ resultIndex: 0, results: [[{ transcript: ' how much money do I have' }]] });
    window.recogniser.onend(new Event('end'));
  });
  await expect(words(page)).toHaveValue('how much money do I have');
  await button.click();
  await page.evaluate(() => {
    window.recogniser.onerror({ error: 'not-allowed' });
    window.recogniser.onend(new Event('end'));
  });
  await expect(panel(page).getByText('does not let the microphone be used').first()).toBeVisible();
  await expect(words(page)).toHaveValue('how much money do I have');
  await words(page).press('Enter');
  await expect(messages(page).first()).toContainText('how much money do I have');
});
