// The other way in, set up through the pages.
import { expect, open, sign, signUp } from './bank.mjs';
import { totp } from './totp.mjs';

export const PASSWORD = 'kettle orbit mango tin';

/** The newest mail of its kind in the demo's mailbox. It takes a moment until the bank has written it. */
export async function mailed(page, subject, hasText = '') {
  const heading = page.getByRole('heading', { name: subject });
  const mail = page.getByRole('article').filter({ has: heading, hasText }).first();
  await expect(async () => {
    await open(page, '/mailbox');
    await expect(mail).toBeVisible({ timeout: 500 });
  }).toPass({ timeout: 60_000 });
  return mail;
}

export async function codeIn(mail) {
  return (await mail.innerText()).match(/Your code is ([A-Z2-7]{4}-[A-Z2-7]{4})/)[1];
}

export async function confirmEmail(page, email) {
  await open(page, '/profile/email');
  await page.getByLabel('E-mail address').fill(email);
  await page.getByRole('button', { name: 'Send the code' }).click();
  await sign(page);
  await expect(page.getByText(`If ${email} can be used`)).toBeVisible();
  const box = await page.context().newPage();
  // There may be one to another address from before.
  const code = await codeIn(await mailed(box, 'Your code for Larch', `to ${email}`));
  await box.close();
  await page.getByLabel('Code of the mail').fill(code);
  await page.getByRole('button', { name: 'Confirm' }).click();
  await page.waitForURL('**/profile');
}

export async function setPassword(page, password) {
  await open(page, '/profile/password');
  await page.getByLabel('New password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Set the password' }).click();
  await page.waitForURL('**/profile');
}

/** Sets the app up, and gives its key and the recovery codes. */
export async function setUpApp(page) {
  await open(page, '/profile/codes');
  await page.getByRole('button', { name: 'Set up an app' }).click();
  await sign(page);
  await expect(page.getByRole('img', { name: /QR code/ })).toBeVisible();
  const secret = await page.locator('.secret code').innerText();
  await page.getByLabel('Code of the new app').fill(totp(secret));
  await page.getByRole('button', { name: 'Confirm' }).click();
  await expect(page.getByRole('heading', { name: 'Your app is set up' })).toBeFocused();
  const codes = await page.locator('.code-list code').allInnerTexts();
  expect(codes).toHaveLength(10);
  return { secret, codes };
}

/** Signs up without a passkey, up to the password. Gives the key for the app. */
export async function signUpByMail(page, name, email) {
  await open(page, '/sign-up');
  await page.getByRole('link', { name: 'Open an account without a passkey' }).click();
  await page.waitForURL('**/sign-up/without-passkey');
  await page.getByLabel('Name', { exact: true }).fill(name);
  await page.getByRole('button', { name: 'Go on' }).click();
  await page.getByLabel('E-mail address').fill(email);
  await page.getByRole('button', { name: 'Send the code' }).click();
  await page.getByLabel('Code of the mail').fill(await codeIn(await applicantsMail(page)));
  await page.getByRole('button', { name: 'Confirm' }).click();
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.getByRole('button', { name: 'Go on' }).click();
  await expect(page.getByRole('img', { name: /QR code/ })).toBeVisible();
  return page.locator('.secret code').innerText();
}

/** The mail to whoever signs up, in the demo's mailbox on the page. */
export async function applicantsMail(page) {
  const mail = page.getByRole('article').filter({ has: page.getByRole('heading', { name: 'Your code for Larch' }) });
  await expect(async () => {
    await page.getByRole('button', { name: 'Show the mail' }).click({ timeout: 5_000 });
    await expect(mail).toBeVisible({ timeout: 500 });
  }).toPass({ timeout: 60_000 });
  return mail;
}

/** Somebody with a passkey, an address, a password and an app. */
export async function withEverything(page, name, email) {
  const device = await signUp(page, name);
  await confirmEmail(page, email);
  await setPassword(page, PASSWORD);
  const app = await setUpApp(page);
  return { device, ...app };
}

/** An address that nobody else has. */
export const unique = () => `p${Date.now()}${Math.floor(Math.random() * 1e6)}@example.org`;
