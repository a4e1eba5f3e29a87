// Programs: let in and shut out through the pages, and what they can do in between.
import { randomUUID } from 'node:crypto';
import { another, awake, expect, open, openAccount, payIn, sign, signUp, test } from './support/bank.mjs';

const NEW = '/profile/tokens/new';

const letIn = (page) => page.getByRole('button', { name: 'Let it in' });

/** Lets a program in through the pages, and gives its token. */
async function create(page, { name, most, payees = [] }) {
  await open(page, NEW);
  await page.getByLabel('Name of the program').fill(name);
  if (most) {
    await page.getByRole('radio', { name: 'Read and pay' }).check();
    await page.getByLabel('The most at a time').fill(most);
    for (const [index, iban] of payees.entries()) {
      if (index > 0) await page.getByRole('button', { name: 'Add another payee' }).click();
      await page.getByLabel(`IBAN of payee ${index + 1}`, { exact: true }).fill(iban);
    }
  }
  await letIn(page).click();
  await sign(page);
  await expect(page.getByRole('heading', { level: 1, name: `“${name}” is let in` })).toBeFocused();
  const secret = await page.locator('.secret code').first().innerText();
  expect(secret).toMatch(/^larch_[0-9a-f]{64}$/);
  return secret;
}

// These requests carry no cookie: what they may do, they may do by the token alone.
const bearer = (secret) => ({ authorization: `Bearer ${secret}` });
const accounts = (request, secret) => request.get('/api/v1/accounts', { headers: bearer(secret) });

function pay(request, secret, { from, name, iban, amount, key = randomUUID() }) {
  return request.post('/api/v1/transfers', {
    headers: { ...bearer(secret), 'idempotency-key': key },
    data: {
      from: from.path.split('/').pop(),
      payee_name: name,
      payee_iban: iban,
      amount: { amount, currency: 'EUR' },
      reference: 'By a program',
    },
  });
}

const table = (page) => page.getByRole('table', { name: 'Programs that you let in' });

test('a program that may read reads, moves no money, and is shut out again', async ({ page, request }) => {
  await signUp(page, 'Yara Haddad');
  const account = await openAccount(page);
  await open(page, '/profile');
  await expect(page.getByText('No program is let in')).toBeVisible();
  await page.getByRole('link', { name: 'Let a program in' }).click();
  await page.waitForURL(`**${NEW}`);
  await expect(page.getByRole('heading', { level: 1, name: 'Let a program in' })).toBeFocused();

  const secret = await create(page, { name: 'Bookkeeping' });
  const answer = await accounts(request, secret);
  expect(answer.status()).toBe(200);
  expect((await answer.json()).accounts.map((one) => one.iban)).toContain(account.iban);
  const refused = await pay(request, secret, { from: account, name: 'Yara Haddad', iban: account.iban, amount: '1.00' });
  expect(refused.status()).toBe(403);

  await page.getByRole('link', { name: 'Done' }).click();
  await page.waitForURL('**/profile');
  const row = table(page).getByRole('row', { name: /Bookkeeping/ });
  await expect(row).toContainText('May read your accounts');
  await expect(row).toContainText(secret.slice(-4));
  await row.getByRole('button', { name: 'Shut out Bookkeeping' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Keep it' }).click();
  expect((await accounts(request, secret)).status()).toBe(200);

  await row.getByRole('button', { name: 'Shut out Bookkeeping' }).click();
  await expect(page.getByRole('dialog')).toContainText('“Bookkeeping” can no longer read your accounts');
  await page.getByRole('dialog').getByRole('button', { name: 'Shut it out' }).click();
  await expect(row).toContainText('Has ended');
  await expect(row.getByRole('button')).toHaveCount(0);
  expect((await accounts(request, secret)).status()).toBe(401);
});

test('the token is shown once: it can be copied, and is nowhere else', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await signUp(page, 'Zeno Marsh');
  const secret = await create(page, { name: 'Copied' });
  await page.getByRole('button', { name: 'Copy the token' }).click();
  await expect(page.getByText('Copied', { exact: true })).toBeVisible();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(secret);
  await expect(page.getByText(`${new URL(page.url()).origin}/api/v1/accounts`)).toBeVisible();
  await expect(page.getByRole('link', { name: /program can ask for/ })).toHaveAttribute('href', '/api/docs');

  expect(page.url()).not.toContain('larch_');
  const stored = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie]));
  expect(stored).not.toContain(secret);
  await page.reload();
  await awake(page);
  await expect(page.getByLabel('Name of the program')).toHaveValue('');
  expect(await page.content()).not.toContain(secret);
  await open(page, '/profile');
  await expect(table(page)).toContainText('Copied');
  expect(await page.content()).not.toContain(secret);
});

test('a program pays within its bounds, and beyond them the customer decides', async ({ page, browser, request }) => {
  await signUp(page, 'Abel Stern');
  const mine = await openAccount(page);
  await payIn(page, mine, '100');
  await another(browser, async (other) => {
    await signUp(other, 'Bianca Sordi');
    const theirs = await openAccount(other);
    const secret = await create(page, { name: 'Pocket money', most: '20.00' });
    const to = { from: mine, name: 'Bianca Sordi', iban: theirs.iban };

    expect((await pay(request, secret, { ...to, amount: '20.00' })).status()).toBe(201);
    const beyond = await pay(request, secret, { ...to, amount: '20.01' });
    expect(beyond.status()).toBe(202);
    const { pending } = await beyond.json();
    await open(page, mine.path);
    await expect(page.locator('.hero')).toContainText('€80.00');

    await open(page, `/pay/${pending}`);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('The program “Pocket money” asks for €20.01');
    await expect(page.getByRole('region', { name: 'The program “Pocket money” wrote' })).toContainText('By a program');
    await page.getByRole('button', { name: 'Sign and send' }).click();
    await page.waitForURL(/\/payments\/.*done/);
    await open(page, mine.path);
    await expect(page.locator('.hero')).toContainText('€59.99');
    await open(page, '/profile');
    await expect(table(page)).toContainText('May read, and pay up to €20.00 at a time to anybody');
  });
});

test('a program that is bound to a payee asks before it pays anybody else', async ({ page, browser, request }) => {
  await signUp(page, 'Cosima Lund');
  const mine = await openAccount(page);
  await payIn(page, mine, '50');
  await another(browser, async (other) => {
    await signUp(other, 'Dario Penn');
    const named = await openAccount(other);
    const unnamed = await openAccount(other, { name: 'Second' });
    const secret = await create(page, { name: 'Rent', most: '20', payees: [named.iban] });
    await expect(page.getByText('May read, and pay up to €20.00 at a time to one payee')).toBeVisible();
    const to = { from: mine, name: 'Dario Penn', amount: '5.00' };
    expect((await pay(request, secret, { ...to, iban: named.iban })).status()).toBe(201);
    expect((await pay(request, secret, { ...to, iban: unnamed.iban })).status()).toBe(202);
  });
});

test('what cannot be is refused beside its field, and nothing typed is lost', async ({ page }) => {
  await signUp(page, 'Edda Rahn');
  await open(page, NEW);
  await letIn(page).click();
  await expect(page.getByText('Please enter a name.')).toBeVisible();
  await expect(page.getByLabel('Name of the program')).toBeFocused();

  await page.getByRole('radio', { name: 'Read and pay' }).check();
  await expect(page.getByText('Without an IBAN it may pay anybody')).toBeVisible();
  await page.getByLabel('The most at a time').fill('0');
  await page.getByLabel('IBAN of payee 1', { exact: true }).fill('DE89 3704 0044 0532 0130 00');
  await expect(page.getByText('Without an IBAN it may pay anybody')).toBeHidden();
  await page.getByRole('button', { name: 'Add another payee' }).click();
  await expect(page.getByLabel('IBAN of payee 2', { exact: true })).toBeFocused();
  await page.getByLabel('IBAN of payee 2', { exact: true }).fill('DE89 3704 0044 0532 0130 01');
  await page.getByLabel('For how long?').selectOption('365');
  await letIn(page).click();
  for (const words of ['Please enter a name.', 'The amount must be more than zero.', /check digits do not fit/]) {
    await expect(page.getByText(words)).toBeVisible();
  }
  await expect(page.getByLabel('Name of the program')).toBeFocused();

  await page.getByLabel('Name of the program').fill('Almost right');
  await letIn(page).click();
  await expect(page.getByLabel('The most at a time')).toBeFocused();
  // What only concerns paying is not asked of a program that reads, and is still there afterwards.
  await page.getByRole('radio', { name: 'Read only' }).check();
  await page.getByRole('radio', { name: 'Read and pay' }).check();
  await expect(page.getByLabel('The most at a time')).toHaveValue('0');
  await expect(page.getByLabel('IBAN of payee 2', { exact: true })).toHaveValue('DE89 3704 0044 0532 0130 01');
  await expect(page.getByLabel('For how long?')).toHaveValue('365');
  expect(new URL(page.url()).pathname).toBe(NEW);
  await open(page, '/profile');
  await expect(page.getByText('No program is let in')).toBeVisible();
});

test('strangers are sent to sign in first', async ({ page }) => {
  await page.goto(NEW);
  await page.waitForURL(`**/sign-in?next=${encodeURIComponent(NEW)}`);
});

test('a token that is none opens nothing', async ({ request }) => {
  expect((await accounts(request, `larch_${'0'.repeat(64)}`)).status()).toBe(401);
  expect((await accounts(request, 'nonsense')).status()).toBe(401);
});
