// The other way in: e-mail, password, codes of an app, recovery codes; and the end of a session.
import { another, awake, expect, fillPayment, open, openAccount, payIn, sign, signUp, test } from './support/bank.mjs';
import { PASSWORD, codeIn, confirmEmail, mailed, setPassword, setUpApp, unique, withEverything } from './support/factors.mjs';
import { totp } from './support/totp.mjs';

const NEW_PASSWORD = 'velvet anchor pickle moss';

async function firstStep(page, email, password) {
  await open(page, '/sign-in/password');
  await page.getByLabel('E-mail address').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Go on' }).click();
}

async function secondStep(page, code) {
  await page.getByLabel('Code', { exact: true }).fill(code);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
}

test('a password and a code sign in where no passkey is at hand', async ({ page, browser }) => {
  const email = unique();
  const { secret, codes } = await withEverything(page, 'Rosa Quint', email);
  await open(page, '/profile');
  await expect(page.getByText('You can sign in this way.')).toBeVisible();

  await another(browser, async (other) => {
    await open(other, '/sign-in');
    await other.getByRole('link', { name: 'Sign in another way' }).click();
    await other.waitForURL('**/sign-in/password?next=*');
    await firstStep(other, email, PASSWORD);
    // The code of this half minute was spent by the setup; the next one counts already.
    await secondStep(other, totp(secret, 1));
    await other.waitForURL('**/home');
    await awake(other);
  });
  // The first sign-in was before there was an address.
  await mailed(page, 'You signed in', `to ${email}`);

  await another(browser, async (other) => {
    await firstStep(other, email, PASSWORD);
    await secondStep(other, codes[0].toLowerCase());
    await other.waitForURL('**/home');
  });
  await open(page, '/profile');
  await expect(page.getByText('9 left')).toBeVisible();
});

test.describe('without a passkey', () => {
  test.use({ refusals: true });

  test('a code of the app signs a payment, and then the next passkey', async ({ page, browser }) => {
    const { secret } = await withEverything(page, 'Rosa Quint', unique());
    const account = await openAccount(page);
    await payIn(page, account, '200');
    const payee = await another(browser, async (other) => {
      await signUp(other, 'Ben Okafor');
      return openAccount(other);
    });
    await open(page, '/profile');
    await page.getByRole('button', { name: /^Remove / }).click();
    await page.getByRole('button', { name: 'Remove the passkey' }).click();
    await sign(page);
    await expect(page.getByText('No passkey yet')).toBeVisible();

    await fillPayment(page, { name: 'Ben Okafor', iban: payee.iban, amount: '50' });
    await page.getByRole('button', { name: 'Review' }).click();
    await page.waitForURL(/\/pay\/[0-9a-f-]{36}/);
    const code = page.getByLabel('Code of your app');
    await expect(page.getByText(/They sign the request [A-Z2-7]{4}-[A-Z2-7]{4} and no other/)).toBeVisible();
    await page.getByRole('button', { name: 'Sign and send' }).click();
    await expect(page.getByText('Please enter the code that your app shows now.')).toBeVisible();
    await code.fill('000000');
    await page.getByRole('button', { name: 'Sign and send' }).click();
    await expect(page.getByText('That is not the code that the app shows now, or it was used.')).toBeVisible();
    await expect(code).toHaveValue('000000');
    // The code of this half minute was spent by the setup; the next one counts already.
    await code.fill(totp(secret, 1));
    await page.getByRole('button', { name: 'Sign and send' }).click();
    await page.waitForURL(/\/payments\//);

    // A new passkey, with the code after that one.
    await page.waitForTimeout(30_000 - (Date.now() % 30_000));
    await open(page, '/profile');
    await page.getByRole('button', { name: 'Add a passkey' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Create a passkey' }).click();
    await dialog.getByLabel('Code of your app').fill(totp(secret, 1));
    await dialog.getByRole('button', { name: 'Sign with the code' }).click();
    // It is the first one, so it takes the password, too.
    await dialog.getByLabel('Your password', { exact: true }).fill(PASSWORD);
    await dialog.getByRole('button', { name: 'Create a passkey' }).click();
    await expect(page.getByText('No passkey yet')).toBeHidden();
  });
});

test.describe('what is wrong', () => {
  test.use({ refusals: true });

  test('is said beside its field, and nothing typed is lost', async ({ page }) => {
    await signUp(page, 'Rosa Quint');
    await open(page, '/profile/password');
    const field = page.getByLabel('New password', { exact: true });
    await field.fill('short');
    await page.getByRole('button', { name: 'Set the password' }).click();
    await expect(page.getByText('Please use 15 characters or more.')).toBeVisible();
    await expect(field).toBeFocused();
    await expect(field).toHaveValue('short');
    await page.getByRole('button', { name: 'Show: New password' }).click();
    await expect(field).toHaveAttribute('type', 'text');
    await field.fill('RosaQuintRosaQuint');
    await page.getByRole('button', { name: 'Set the password' }).click();
    await expect(page.getByText('easy to guess')).toBeVisible();
  });

  test('is the same for who is with us and who is not, and closes after five', async ({ page }) => {
    const email = unique();
    await firstStep(page, email, 'wrong');
    const refused = page.getByText('That e-mail address and that password do not go together.');
    await expect(refused).toBeVisible();
    await expect(page.getByLabel('E-mail address')).toHaveValue(email);
    for (let n = 0; n < 4; n += 1) {
      await page.getByRole('button', { name: 'Go on' }).click();
      await expect(page.getByRole('button', { name: 'Go on' })).not.toHaveAttribute('aria-busy', 'true');
    }
    await page.getByRole('button', { name: 'Go on' }).click();
    await expect(page.getByText(/too many wrong tries in a row/)).toBeVisible();
  });

  test('of a code used before is told', async ({ page, browser }) => {
    const email = unique();
    const { codes } = await withEverything(page, 'Rosa Quint', email);
    await another(browser, async (other) => {
      await firstStep(other, email, PASSWORD);
      await secondStep(other, codes[0]);
      await other.waitForURL('**/home');
    });
    await another(browser, async (other) => {
      await firstStep(other, email, PASSWORD);
      await secondStep(other, codes[0]);
      await expect(other.getByText('it was used before')).toBeVisible();
      await expect(other.getByLabel('Code', { exact: true })).toBeFocused();
      await secondStep(other, codes[1]);
      await other.waitForURL('**/home');
    });
  });

  test('of an address that nobody has: the page says the same', async ({ page }) => {
    await open(page, '/recover');
    await page.getByLabel('E-mail address').fill(unique());
    await page.getByRole('button', { name: 'Send the code' }).click();
    await expect(page.getByText('If there is a login with this address')).toBeVisible();
    await page.getByLabel('Code of the mail').fill('AAAA-AAAA');
    await page.getByLabel('Code of your app').fill('123456');
    await page.getByLabel('New password', { exact: true }).fill(NEW_PASSWORD);
    await page.getByRole('button', { name: 'Set it and sign in' }).click();
    await expect(page.getByText('That code is not right')).toBeVisible();
    await expect(page.getByLabel('New password', { exact: true })).toHaveValue(NEW_PASSWORD);
  });
});

test('a lost password is set anew with the mail and a second proof', async ({ page, browser }) => {
  const email = unique();
  const { codes } = await withEverything(page, 'Rosa Quint', email);
  await another(browser, async (other) => {
    await open(other, '/recover');
    await other.getByLabel('E-mail address').fill(email);
    await other.getByRole('button', { name: 'Send the code' }).click();
    await other.getByLabel('Code of the mail').fill(await codeIn(await mailed(page, 'Your code for a new password')));
    await other.getByLabel('Code of your app').fill(codes[0]);
    await other.getByLabel('New password', { exact: true }).fill(NEW_PASSWORD);
    await other.getByRole('button', { name: 'Set it and sign in' }).click();
    await other.waitForURL('**/home');
  });
  // Every other session has ended.
  await page.goto('/home');
  await page.waitForURL('**/sign-in?next=*');
});

test.describe('a session that idles', () => {
  test('is announced a minute before, and goes on with a press', async ({ page }) => {
    await signUp(page, 'Rosa Quint');
    await page.clock.install();
    await open(page, '/accounts/new');
    await page.getByLabel('Name', { exact: true }).fill('Anna');
    await page.clock.fastForward(235_000);
    const sheet = page.getByRole('dialog', { name: 'Are you still there?' });
    await expect(sheet).toBeVisible();
    await expect(sheet).toContainText(/signed out in \d+ seconds/);
    await page.getByRole('button', { name: 'Stay signed in' }).click();
    await expect(sheet).toBeHidden();
    await expect(page.getByLabel('Name', { exact: true })).toHaveValue('Anna');
  });

  test('ends under a sheet that keeps the page, and goes on with a passkey', async ({ page }) => {
    await signUp(page, 'Rosa Quint');
    await page.clock.install();
    await open(page, '/accounts/new');
    await page.getByLabel('Name', { exact: true }).fill('Anna');
    await page.clock.fastForward(320_000);
    const sheet = page.getByRole('dialog', { name: 'You are signed out' });
    await expect(sheet).toBeVisible();
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    await expect(sheet).toBeVisible();
    await sheet.getByRole('button', { name: 'Sign in with a passkey' }).click();
    await expect(sheet).toBeHidden();
    await expect(page.getByLabel('Name', { exact: true })).toHaveValue('Anna');
  });

  test('and that nobody comes back to leaves nothing of it in the browser', async ({ page }) => {
    const device = await signUp(page, 'Rosa Quint');
    await page.clock.install();
    await open(page, '/profile');
    await expect(page.getByText('Rosa Quint').first()).toBeVisible();
    // Only the browser's clock is moved, so the session is ended by hand.
    await page.context().clearCookies();
    // Nobody is there, so the sign-in page's offer is not answered either.
    await device.present(false);
    await page.clock.fastForward(920_000);
    await page.waitForURL('**/sign-in');
    await awake(page);
    await expect(page.getByRole('button', { name: 'Sign in with a passkey' })).toBeVisible();
    expect(await page.content()).not.toContain('Rosa Quint');
  });
});

test('a session has another token after its rights rose, and the one before is dead', async ({ page, browser }) => {
  await signUp(page, 'Rosa Quint');
  const token = async () => (await page.context().cookies()).find((one) => one.name === '__Host-larch');
  const before = await token();
  await setPassword(page, PASSWORD);
  expect((await token()).value).not.toBe(before.value);
  await open(page, '/profile');
  await expect(page.getByRole('heading', { name: 'Profile' })).toBeVisible();
  await another(browser, async (other, context) => {
    await context.addCookies([before]);
    await other.goto('/home');
    await other.waitForURL('**/sign-in?next=*');
  });
});
