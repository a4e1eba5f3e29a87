// Becoming a customer without a passkey, turning ways in off again, and another e-mail address.
import { another, awake, expect, open, sign, signUp, test } from './support/bank.mjs';
import { PASSWORD, applicantsMail, confirmEmail, mailed, signUpByMail, unique, withEverything } from './support/factors.mjs';
import { totp } from './support/totp.mjs';

test('who has no passkey signs up with an address, a password and an app, and signs in again', async ({ page, browser }) => {
  const email = unique();
  const secret = await signUpByMail(page, 'Zoe Adler', email);
  await page.getByLabel('Code of the app').fill(totp(secret));
  await page.getByRole('button', { name: 'Open the account' }).click();
  await expect(page.getByRole('heading', { name: 'Your account is open' })).toBeFocused();
  const codes = await page.locator('.code-list code').allInnerTexts();
  expect(codes).toHaveLength(10);
  await page.getByRole('button', { name: 'I have them' }).click();
  await page.waitForURL('**/home');
  await awake(page);
  await expect(page.getByText('Open your first account')).toBeVisible();
  await open(page, '/profile');
  await expect(page.getByText('No passkey yet')).toBeVisible();

  await another(browser, async (other) => {
    await open(other, '/sign-in/password');
    await other.getByLabel('E-mail address').fill(email);
    await other.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await other.getByRole('button', { name: 'Go on' }).click();
    // The code of this half minute was spent by the sign-up; the next one counts already.
    await other.getByLabel('Code', { exact: true }).fill(totp(secret, 1));
    await other.getByRole('button', { name: 'Sign in', exact: true }).click();
    await other.waitForURL('**/home');
  });
  // What is the only way in cannot be turned off.
  await open(page, '/profile/password');
  await expect(page.getByText('You have no passkey, so this is how you sign in')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Turn the password off' })).toHaveCount(0);
});

test.describe('a sign-up without a passkey', () => {
  test.use({ refusals: true });

  test('says what is wrong beside its field, and loses nothing', async ({ page }) => {
    const email = unique();
    await open(page, '/sign-up/without-passkey');
    await page.getByRole('button', { name: 'Go on' }).click();
    await expect(page.getByText('Please enter a name.')).toBeVisible();
    await page.getByLabel('Name', { exact: true }).fill('Zoe Adler');
    await page.getByRole('button', { name: 'Go on' }).click();
    await expect(page.getByRole('heading', { name: 'Your e-mail address' })).toBeFocused();
    await page.getByLabel('E-mail address').fill('zoe');
    await page.getByRole('button', { name: 'Send the code' }).click();
    await expect(page.getByText('Please enter an e-mail address')).toBeVisible();
    await page.getByRole('button', { name: 'Back' }).click();
    await expect(page.getByLabel('Name', { exact: true })).toHaveValue('Zoe Adler');
    await page.getByRole('button', { name: 'Go on' }).click();
    await page.getByLabel('E-mail address').fill(email);
    await page.getByRole('button', { name: 'Send the code' }).click();

    const code = page.getByLabel('Code of the mail');
    await code.fill('AAAA-AAAA');
    await page.getByRole('button', { name: 'Confirm' }).click();
    await expect(page.getByText('That is not the code that we sent.')).toBeVisible();
    await expect(code).toHaveValue('AAAA-AAAA');
    const mail = await applicantsMail(page);
    await code.fill((await mail.innerText()).match(/Your code is ([A-Z2-7]{4}-[A-Z2-7]{4})/)[1]);
    await page.getByRole('button', { name: 'Confirm' }).click();

    const password = page.getByLabel('Password', { exact: true });
    await password.fill('zoeadler');
    await page.getByRole('button', { name: 'Go on' }).click();
    await expect(page.getByText('easy to guess')).toBeVisible();
    await expect(password).toHaveValue('zoeadler');
    await password.fill(PASSWORD);
    await page.getByRole('button', { name: 'Go on' }).click();
    const secret = await page.locator('.secret code').innerText();
    await page.getByLabel('Code of the app').fill('000000');
    await page.getByRole('button', { name: 'Open the account' }).click();
    await expect(page.getByText('That is not the code that the app shows now.')).toBeVisible();
    await page.getByLabel('Code of the app').fill(totp(secret));
    await page.getByRole('button', { name: 'Open the account' }).click();
    await expect(page.getByRole('heading', { name: 'Your account is open' })).toBeVisible();
  });
});

test('an address that is with us looks no different, and its owner is told', async ({ page, browser }) => {
  const email = unique();
  await signUp(page, 'Rosa Quint');
  await confirmEmail(page, email);
  await another(browser, async (other) => {
    await open(other, '/sign-up/without-passkey');
    await other.getByLabel('Name', { exact: true }).fill('Eve Stranger');
    await other.getByRole('button', { name: 'Go on' }).click();
    await other.getByLabel('E-mail address').fill(email);
    await other.getByRole('button', { name: 'Send the code' }).click();
    await expect(other.getByText(`A mail is on its way to ${email}`)).toBeVisible();
    await expect(other.getByLabel('Code of the mail')).toBeVisible();
  });
  await mailed(page, 'You are with us already', `to ${email}`);
});

test('the other way in is turned off with a signature, and told by mail', async ({ page }) => {
  const email = unique();
  await withEverything(page, 'Rosa Quint', email);
  await open(page, '/profile/codes');
  await page.getByRole('button', { name: 'Turn both off' }).click();
  await sign(page);
  await page.waitForURL('**/profile');
  await expect(page.getByText('To sign in this way you still need a password and an app for codes.')).toBeVisible();
  await mailed(page, 'A way to sign in was turned off', `to ${email}`);
  await open(page, '/profile/password');
  await expect(page.getByRole('heading', { name: 'Turn it off' })).toHaveCount(0);
});

test('another e-mail address is signed, and the old one is told', async ({ page }) => {
  const [first, second] = [unique(), unique()];
  await signUp(page, 'Rosa Quint');
  await confirmEmail(page, first);
  await confirmEmail(page, second);
  await expect(page.getByText(second)).toBeVisible();
  const told = await mailed(page, 'Your e-mail address was changed', `to ${first}`);
  await expect(told).toContainText('put your address back');
});
