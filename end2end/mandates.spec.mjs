// Mandates: given through the pages, taken with the code, used within and beyond the bounds, and ended.
import { another, expect, fillPayment, open, openAccount, payIn, sign, signUp, test } from './support/bank.mjs';
import { look, offer, payFrom, take } from './support/mandates.mjs';

test('somebody looks at an account of another, and no longer when it is ended', async ({ page, browser }) => {
  await signUp(page, 'Yara Haddad');
  const account = await openAccount(page, { name: 'Household' });
  await payIn(page, account, '100');
  const code = await offer(page, { name: 'My brother', power: 'Look', account: 'Household' });
  await another(browser, async (his) => {
    await signUp(his, 'Nils Haddad');
    await take(his, code, 'Yara Haddad');
    await expect(his.getByRole('heading', { name: 'Accounts of Yara Haddad · you may look' })).toBeVisible();
    await his.getByRole('link', { name: /Household/ }).click();
    await his.waitForURL(`**${account.path}`);
    await expect(his.locator('.hero')).toContainText('100.00');
    await expect(his.getByRole('link', { name: 'Pay', exact: true })).toHaveCount(1);
    await expect(his.getByRole('button', { name: 'Rename' })).toHaveCount(0);
    await expect(his.getByRole('main').getByRole('link', { name: /^Pay in cash$|^Take out cash$/ })).toHaveCount(0);

    await open(page, '/mandates');
    await page.getByRole('link', { name: /Nils Haddad/ }).click();
    await expect(page.getByRole('heading', { level: 1, name: 'Nils Haddad acts for you' })).toBeVisible();
    await page.getByRole('button', { name: 'End it now' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'End it' }).click();
    await expect(page.getByText('You ended it.')).toBeVisible();
    // The button that was pressed is gone; the focus is not.
    await expect(page.getByRole('heading', { level: 1, name: 'Nils Haddad acted for you' })).toBeFocused();
    await open(his, '/home');
    await expect(his.getByText('Yara Haddad')).toHaveCount(0);
  });
});

test('a delegate pays within the bounds, and beyond them the owner is asked in the delegate’s words', async ({ page, browser }) => {
  await signUp(page, 'Yara Haddad');
  const account = await openAccount(page, { name: 'Household' });
  await payIn(page, account, '100');
  const code = await offer(page, { name: 'My brother', power: 'Look and pay', most: '20' });
  await another(browser, async (his) => {
    await signUp(his, 'Nils Haddad');
    const mine = await openAccount(his, { name: 'Mine' });
    await take(his, code, 'Yara Haddad');
    const pay = async (payment) => {
      await fillPayment(his, { iban: mine.iban, ...payment });
      await payFrom(his, 'Yara');
    };
    await pay({ name: 'Nils Haddad', amount: '15' });
    await his.getByRole('button', { name: 'Sign and send' }).click();
    await his.waitForURL(/\/payments\//);
    await pay({ name: 'Your tax office', amount: '30', reference: '<b>Approved by Larch</b>' });
    await expect(his.getByText('The owner was asked')).toBeVisible();
    await expect(his.getByRole('main').getByRole('button', { name: /Sign|Confirm/ })).toHaveCount(0);
    const asked = new URL(his.url()).pathname;

    await open(page, '/home');
    await page.getByRole('link', { name: /Nils Haddad asks for €30.00/ }).click();
    // A heading of the bank's has nothing in it that the delegate typed.
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Nils Haddad asks for €30.00');
    const words = page.getByRole('region', { name: 'Nils Haddad wrote' });
    await expect(words).toContainText('It passes them on as they were typed.');
    await expect(words.locator('q')).toHaveText(['Your tax office', '<b>Approved by Larch</b>']);
    await expect(page.getByText('<b>Approved by Larch</b>')).toHaveCount(1);
    await expect(page.getByRole('button', { name: 'Change something' })).toHaveCount(0);
    await page.getByRole('button', { name: 'Say no' }).click();
    await expect(page.getByText('You said no. No money moved.')).toBeVisible();
    await open(his, asked);
    await expect(his.getByRole('heading', { level: 1, name: 'The owner said no' })).toBeVisible();

    await pay({ name: 'Nils Haddad', amount: '30' });
    await open(page, '/home');
    await page.getByRole('link', { name: /Nils Haddad asks for €30.00/ }).click();
    await page.getByRole('button', { name: 'Sign and send' }).click();
    await page.waitForURL(/\/payments\//);
    await open(page, account.path);
    await expect(page.locator('.hero')).toContainText('55.00');
  });
});

test('a joint holder is at the cash desk for the account that was chosen, and for no other', async ({ page, browser }) => {
  await signUp(page, 'Yara Haddad');
  const joint = await openAccount(page, { name: 'Household' });
  const code = await offer(page, { name: 'My husband', power: 'Hold it with me', account: 'Household' });
  await another(browser, async (his) => {
    await signUp(his, 'Nils Haddad');
    const mine = await openAccount(his, { name: 'Mine' });
    await take(his, code, 'Yara Haddad');
    await open(his, joint.path);
    await his.getByRole('link', { name: 'Pay in cash' }).first().click();
    await his.waitForURL('**/cash?account=*');
    await expect(his.getByLabel('Account').locator('option:checked')).toContainText('Household, Yara Haddad');
    await his.getByLabel('Amount').fill('900');
    await his.getByRole('button', { name: 'Pay in', exact: true }).click();
    await his.waitForURL(/\/payments\//);
    await open(his, mine.path);
    await expect(his.locator('.hero')).toContainText('€0.00');

    // Back from the review, the account and the amount are the same.
    await open(his, joint.path);
    await his.getByRole('link', { name: 'Take out cash' }).click();
    await his.getByLabel('Amount').fill('600');
    await his.getByRole('button', { name: 'Take out', exact: true }).click();
    await his.waitForURL(/\/pay\/[0-9a-f-]{36}$/);
    await his.getByRole('button', { name: 'Change something' }).click();
    await his.waitForURL('**/cash?do=out');
    await expect(his.getByLabel('Amount')).toHaveValue('600');
    await expect(his.getByLabel('Account').locator('option:checked')).toContainText('Household, Yara Haddad');

    // An account that is not the holder's to take from is never quietly another.
    await open(his, '/cash?account=00000000-0000-0000-0000-000000000000');
    await expect(his.getByLabel('Account').locator('option:checked')).toHaveText('Choose an account');
    await his.getByLabel('Amount').fill('5');
    await his.getByRole('button', { name: 'Pay in', exact: true }).click();
    await expect(his.getByLabel('Account')).toBeFocused();
    await expect(his.getByLabel('Amount')).toHaveValue('5');
  });
});

test('who has no account of their own finds at home what they may do for others', async ({ page, browser }) => {
  await signUp(page, 'Yara Haddad');
  await openAccount(page, { name: 'Household' });
  const code = await offer(page, { name: 'My brother', power: 'Look and pay', most: '20' });
  await another(browser, async (his) => {
    await signUp(his, 'Nils Haddad');
    await take(his, code, 'Yara Haddad');
    const main = his.getByRole('main');
    await expect(main.getByRole('heading', { level: 1 })).toHaveText('You act for others');
    await expect(main.getByRole('link', { name: 'Pay', exact: true })).toBeVisible();
    await expect(main.getByRole('link', { name: 'Pay in cash' })).toHaveCount(0);
    await expect(main.getByRole('heading', { name: 'Transactions' })).toHaveCount(0);
    await expect(main.getByText('You need none to act for others.')).toBeVisible();
    await expect(main.getByRole('link', { name: /Household/ })).toBeVisible();
  });
});

test('an offer says what it is for, and is taken back', async ({ page, browser }) => {
  await signUp(page, 'Yara Haddad');
  await openAccount(page, { name: 'Household' });
  const code = await offer(page, { name: 'My brother', power: 'Look' });
  await expect(page.getByText(/once, until \d+ \w{3} 20\d\d, \d\d:\d\d\. Tell it to nobody else\./)).toBeVisible();
  await another(browser, async (his) => {
    await signUp(his, 'Nils Haddad');
    await look(his, code, 'Yara Haddad');
    await expect(his.getByText('You cannot move their money.')).toBeVisible();
  });
  await open(page, '/mandates');
  await page.getByRole('link', { name: /My brother/ }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Offered to My brother' })).toBeVisible();
  await page.getByRole('button', { name: 'Take the offer back' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Take it back' }).click();
  await expect(page.getByText('You took the offer back. Nobody can act by it.')).toBeVisible();
  await expect(page.getByRole('heading', { level: 1, name: 'Was offered to My brother' })).toBeFocused();
});

test('a mandate to an address promises no more than the bank does', async ({ page }) => {
  await signUp(page, 'Yara Haddad');
  await openAccount(page, { name: 'Household' });
  await open(page, '/mandates/new');
  await page.getByLabel('Who is it?').fill('My brother');
  await page.getByRole('radio', { name: 'At their e-mail address' }).check();
  await page.getByRole('textbox', { name: 'Their e-mail address' }).fill('nobody@example.org');
  await page.getByRole('button', { name: 'Review' }).click();
  await sign(page);
  await expect(page.getByRole('heading', { level: 1, name: 'Offered to My brother' })).toBeFocused();
  await expect(page.getByText(/If somebody at Larch has confirmed this address by now/)).toBeVisible();
  await expect(page.locator('.secret')).toHaveCount(0);
});

test.describe('the bounds', () => {
  test.use({ refusals: true });

  test('that cannot be are refused beside their fields, and nothing typed is lost', async ({ page }) => {
    await signUp(page, 'Yara Haddad');
    await openAccount(page, { name: 'Household' });
    await open(page, '/mandates/new');
    const review = () => page.getByRole('button', { name: 'Review' }).click();
    await page.getByRole('radio', { name: 'Hold it with me' }).check();
    await page.getByLabel('Who is it?').fill('My sister');
    await review();
    await expect(page.getByText('Say which account the two of you are to hold.')).toBeVisible();
    await expect(page.getByRole('checkbox', { name: 'Household' })).toBeFocused();

    await page.getByRole('radio', { name: 'Look and pay' }).check();
    await page.getByLabel('The most at a time').fill('0');
    await page.getByLabel('The most all together').fill('lots');
    await page.getByLabel('IBAN of payee 1', { exact: true }).fill('DE89 3704 0044 0532 0130 01');
    await page.getByLabel('For how long?').selectOption('day');
    // The bank's day, which ends a moment after the calendar's.
    const first = await page.getByLabel('The last day').getAttribute('min');
    const today = new Date(Date.parse(first) - 86_400_000).toISOString().slice(0, 10);
    await page.getByLabel('The last day').fill(today);
    await review();
    for (const words of ['The amount must be more than zero.', /not an amount/, /check digits do not fit/, 'That is today. Choose a later day.']) {
      await expect(page.getByText(words)).toBeVisible();
    }
    await expect(page.getByLabel('The most at a time')).toBeFocused();
    await expect(page.getByLabel('The most all together')).toHaveValue('lots');
    await expect(page.getByLabel('The last day')).toHaveValue(today);

    await page.getByLabel('The most at a time').fill('50');
    await page.getByLabel('The most all together').fill('');
    await page.getByLabel('IBAN of payee 1', { exact: true }).fill('');
    await page.getByLabel('The last day').fill('2020-01-01');
    await review();
    await expect(page.getByText('That day is past. Choose a later one.')).toBeVisible();
    await expect(page.getByLabel('The last day')).toBeFocused();
    await page.getByLabel('The last day').fill('9999-12-31');
    await review();
    await expect(page.getByText('Choose a day within the next ten years.')).toBeVisible();
    await expect(page.getByLabel('The most at a time')).toHaveValue('50');
    expect(new URL(page.url()).pathname).toBe('/mandates/new');
  });

  test('become narrower at once, and the focus stays where one is', async ({ page, browser }) => {
    await signUp(page, 'Yara Haddad');
    await openAccount(page, { name: 'Household' });
    const code = await offer(page, { name: 'My brother', power: 'Look and pay', most: '20' });
    await another(browser, async (his) => {
      await signUp(his, 'Nils Haddad');
      await take(his, code, 'Yara Haddad');
    });
    await open(page, '/mandates');
    await page.getByRole('link', { name: /Nils Haddad/ }).click();
    const narrow = page.getByRole('button', { name: 'Let them do less' });
    await narrow.click();
    await expect(page.getByText('Say what is to become less.')).toBeVisible();
    await expect(page.getByLabel('Less at a time')).toBeFocused();
    await page.getByLabel('Less at a time').fill('25');
    await narrow.click();
    await expect(page.getByText(/This would let them do more than before/)).toBeVisible();
    await expect(page.getByLabel('Less at a time')).toHaveValue('25');
    await page.getByLabel('Less at a time').fill('10');
    await narrow.click();
    await expect(page.getByText('look, and pay up to €10.00 at a time to anybody')).toBeVisible();
    // The form is still there, and the focus in it.
    await expect(narrow).toBeFocused();
  });
});

test('what only its own page can finish is not offered to be finished at home', async ({ page }) => {
  await signUp(page, 'Yara Haddad');
  await open(page, '/profile/codes');
  await page.getByRole('button', { name: 'Set up an app' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Not now' }).click();
  await open(page, '/home');
  const row = page.getByRole('link', { name: /Set up an app for codes/ });
  await expect(row).toContainText('Goes on where it began: An app for codes');
  await row.click();
  await page.waitForURL('**/profile/codes');
  await page.getByRole('button', { name: 'Set up an app' }).click();
  await sign(page);
  await expect(page.getByRole('img', { name: /QR code/ })).toBeVisible();
  await expect(page.getByText('Scan this with the app.')).toBeFocused();
});
