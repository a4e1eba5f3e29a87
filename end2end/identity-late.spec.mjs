// A slow line, and the ways in: what is answered late changes nobody's page, and asks for nobody's passkey elsewhere.
import { authenticator, expect, open, openAccount, sign, signUp, test } from './support/bank.mjs';
import { PASSWORD, codeIn, mailed, unique, withEverything } from './support/factors.mjs';
import { goTo, hold, isStillAtHome, told } from './support/late.mjs';
import { totp } from './support/totp.mjs';

/** Goes to the help, inside of the app. */
async function goToHelp(page) {
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Help', exact: true }).click();
  await page.waitForURL('**/help');
}

/** Still at the help, and what stands around it knows who is there. */
async function isAtHelpAndInside(page) {
  await expect(page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Home', exact: true })).toBeVisible();
  expect(new URL(page.url()).pathname).toBe('/help');
  await goTo(page, 'Home', '/home');
  await expect(page.getByText('Open your first account')).toBeVisible();
}

/** At the page to sign in, where nothing is offered to the passkey of this device before the button is pressed. */
async function atSignIn(page) {
  const device = await signUp(page, 'Mateo Silva');
  await page.context().clearCookies();
  await device.present(false);
  const offered = page.waitForResponse(/identity\.start-sign-in/);
  await open(page, '/sign-in');
  await offered;
  return device;
}

test('a sign-in by the button that is answered late leaves its customer where they have gone', async ({ page }) => {
  const device = await atSignIn(page);
  const late = await hold(page, 'identity.finish-sign-in');
  await page.route(/identity\.start-sign-in/, async (route) => {
    await device.present(true);
    await route.continue();
  });
  await late.by(() => page.getByRole('button', { name: 'Sign in with a passkey' }).click());
  await goToHelp(page);
  await late.letGo();
  await isAtHelpAndInside(page);
});

test('a sign-in by autofill that is answered late leaves its customer where they have gone', async ({ page }) => {
  await signUp(page, 'Ida Kowalska');
  await page.context().clearCookies();
  const late = await hold(page, 'identity.finish-sign-in');
  await late.by(() => open(page, '/sign-in'));
  await goToHelp(page);
  await late.letGo();
  await isAtHelpAndInside(page);
});

test('nobody is asked for their passkey who has left the sign-in', async ({ page }) => {
  const device = await atSignIn(page);
  const finished = [];
  page.on('request', (request) => request.url().endsWith('/identity.finish-sign-in') && finished.push(request));
  const late = await hold(page, 'identity.start-sign-in');
  await late.by(() => page.getByRole('button', { name: 'Sign in with a passkey' }).click());
  await goToHelp(page);
  await device.present(true);
  await late.letGo();
  await page.waitForTimeout(300);
  expect(finished).toHaveLength(0);
  await expect(page.getByRole('link', { name: 'Sign in', exact: true })).toBeVisible();
});

test('nobody opens an account who has left the sign-up before their passkey is made', async ({ page }) => {
  const device = await signUp(page, 'Nora Lindqvist');
  await page.context().clearCookies();
  await open(page, '/sign-up');
  await page.getByLabel('Name', { exact: true }).fill('Somebody Else');
  const late = await hold(page, 'identity.start-sign-up');
  await late.by(() => page.getByRole('button', { name: 'Create a passkey' }).click());
  await goToHelp(page);
  await late.letGo();
  await page.waitForTimeout(300);
  expect(await device.credentials()).toHaveLength(1);
  await expect(page.getByRole('link', { name: 'Sign in', exact: true })).toBeVisible();
});

test('a sign-in by password, and an address that is confirmed, leave alone whoever has gone', async ({ page, browser }) => {
  const email = unique();
  const { secret } = await withEverything(page, 'Zoe Adler', email);

  // The address, while the customer goes home.
  const other = unique();
  await open(page, '/profile/email');
  await page.getByLabel('E-mail address').fill(other);
  await page.getByRole('button', { name: 'Send the code' }).click();
  await sign(page);
  await expect(page.getByText(`If ${other} can be used`)).toBeVisible();
  const box = await page.context().newPage();
  const code = await codeIn(await mailed(box, 'Your code for Larch', `to ${other}`));
  await box.close();
  await page.getByLabel('Code of the mail').fill(code);
  const password = page.getByLabel('Your password', { exact: true });
  if (await password.count()) await password.fill(PASSWORD);
  const confirmed = await hold(page, 'identity.confirm-email');
  await confirmed.by(() => page.getByRole('button', { name: 'Confirm' }).click());
  await goTo(page, 'Home', '/home');
  await confirmed.letGo();
  await expect(told(page, 'Your e-mail address is confirmed.')).toBeVisible();
  await isStillAtHome(page);

  // The password, in a browser without the passkey.
  const context = await browser.newContext();
  const stranger = await context.newPage();
  await open(stranger, '/sign-in/password');
  await stranger.getByLabel('E-mail address').fill(other);
  await stranger.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await stranger.getByRole('button', { name: 'Go on' }).click();
  await stranger.getByLabel('Code', { exact: true }).fill(totp(secret, 1));
  const late = await hold(stranger, 'identity.finish-password-sign-in');
  await late.by(() => stranger.getByRole('button', { name: 'Sign in', exact: true }).click());
  await goToHelp(stranger);
  await late.letGo();
  await isAtHelpAndInside(stranger);
  await context.close();
});

test('a passkey that is added late is told, and none is made for whoever has left', async ({ page }) => {
  const device = await signUp(page, 'Vera Holm');
  await openAccount(page);
  await open(page, '/profile');
  await page.getByRole('button', { name: 'Add a passkey' }).click();
  const begun = await hold(page, 'identity.start-adding-passkey');
  await begun.by(() => page.getByRole('dialog').getByRole('button', { name: 'Create a passkey' }).click());
  await page.keyboard.press('Escape');
  await goTo(page, 'Home', '/home');
  await begun.letGo();
  await isStillAtHome(page);
  expect(await device.credentials()).toHaveLength(1);
  await expect(page.getByRole('dialog')).toHaveCount(0);

  await page.getByRole('button', { name: 'Add a passkey' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Create a passkey' }).click();
  const late = await hold(page, 'identity.finish-adding-passkey');
  // One device keeps one passkey for each customer, and the second one comes once the first one has signed.
  const another = async (route) => {
    await authenticator(page, { transport: 'usb' });
    await route.continue();
  };
  await page.route('**/pending.confirm', another, { times: 1 });
  await late.by(() => sign(page));
  await page.keyboard.press('Escape');
  await goTo(page, 'Home', '/home');
  await late.letGo();
  await expect(told(page, '“This device” is ready to use.')).toBeVisible();
  await isStillAtHome(page);
});
