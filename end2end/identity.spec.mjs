// Signing up, signing in, and the passkeys and sessions that belong to it.
import { another, authenticator, awake, expect, open, sign, signUp, test } from './support/bank.mjs';

test.describe('signing up', () => {
  test('takes a name and a passkey, and ends at home', async ({ page }) => {
    const device = await signUp(page, 'Nora Lindqvist');
    await expect(page.getByText('Open your first account')).toBeVisible();
    const [credential] = await device.credentials();
    expect(credential.isResidentCredential).toBe(true);
    expect(credential.rpId).toBe('localhost');
    const cookie = (await page.context().cookies()).find((one) => one.name === '__Host-larch');
    expect(cookie).toMatchObject({ httpOnly: true, secure: true, sameSite: 'Lax', path: '/' });
  });

  test('says what is wrong with a name, and keeps it', async ({ page }) => {
    await authenticator(page);
    await open(page, '/sign-up');
    const name = page.getByLabel('Name', { exact: true });
    await name.fill('   ');
    await page.getByRole('button', { name: 'Create a passkey' }).click();
    await expect(page.getByText('Please enter a name.')).toBeVisible();
    await expect(name).toBeFocused();
    await expect(name).toHaveAttribute('aria-invalid', 'true');
  });

  test('can be given up at the passkey, and nothing typed is lost', async ({ page }) => {
    // This authenticator cannot verify who uses it, so the browser ends the request.
    await authenticator(page, { hasUserVerification: false, isUserVerified: false });
    await open(page, '/sign-up');
    await page.getByLabel('Name', { exact: true }).fill('Nora Lindqvist');
    await page.getByRole('button', { name: 'Create a passkey' }).click();
    await expect(page.getByText(/Nothing is lost/)).toBeVisible();
    await expect(page.getByLabel('Name', { exact: true })).toHaveValue('Nora Lindqvist');
    expect(page.url()).toContain('/sign-up');
  });
});

test.describe('signing in', () => {
  test('works by the button', async ({ page }) => {
    const device = await signUp(page, 'Mateo Silva');
    await page.context().clearCookies();
    // Without this, the browser would answer the autofill offer at once.
    await device.present(false);
    const offered = page.waitForResponse(/identity\.start-sign-in/);
    await open(page, '/sign-in?next=/profile');
    await offered;
    // From the press on, when the offer is off: earlier it would be answered, later nobody would be asked.
    await page.route(/identity\.start-sign-in/, async (route) => {
      await device.present(true);
      await route.continue();
    });
    await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
    // The page to sign in has the other one's path in its address.
    await page.waitForURL((url) => url.pathname === '/profile');
    await expect(page.getByRole('heading', { name: 'Profile' })).toBeVisible();
  });

  test('works by autofill, without a press', async ({ page }) => {
    await signUp(page, 'Ida Kowalska');
    await page.context().clearCookies();
    await page.goto('/sign-in');
    await page.waitForURL('**/home');
    await expect(page.getByText('Open your first account')).toBeVisible();
  });

  test('never goes to another site afterwards', async ({ page }) => {
    await signUp(page, 'Ida Kowalska');
    await page.context().clearCookies();
    await page.goto('/sign-in?next=//evil.example/home');
    await page.waitForURL('http://localhost:*/home');
  });

  test.describe('with a signature that does not fit', () => {
    test.use({ refusals: true });
    test('is refused in words', async ({ page }) => {
      const device = await signUp(page, 'Mateo Silva');
      await device.present(false);
      await page.context().clearCookies();
      await open(page, '/sign-in');
      await page.route('**/identity.finish-sign-in', async (route) => {
        const body = route.request().postDataJSON();
        body.credential.response.signature = body.credential.response.signature.replace(/^.{6}/, 'AAAAAA');
        await route.continue({ postData: JSON.stringify(body) });
      });
      await device.present(true);
      await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
      await expect(page.getByText('This passkey could not be verified.').first()).toBeVisible();
      expect((await page.context().cookies()).some((one) => one.name === '__Host-larch')).toBe(false);
    });
  });

  test('of a demo person takes one press', async ({ page }) => {
    await open(page, '/');
    await page.locator('button[name=handle]').first().click();
    await page.waitForURL('**/home');
    await awake(page);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  });
});

test.describe('a used ceremony', () => {
  test.use({ refusals: true });
  test('serves no second time', async ({ page }) => {
    await signUp(page, 'Replay Tester');
    await page.context().clearCookies();
    let sent;
    page.on('request', (request) => {
      if (request.url().endsWith('identity.finish-sign-in')) sent = request.postData();
    });
    await page.goto('/sign-in');
    await page.waitForURL('**/home');
    const again = await page.evaluate(async (body) => {
      const headers = { 'content-type': 'application/json', accept: 'application/json' };
      const answer = await fetch('/api/call-json/identity.finish-sign-in', { method: 'POST', headers, body });
      return { status: answer.status, body: await answer.json() };
    }, sent);
    expect(again.status).toBe(422);
    expect(again.body.code).toBe('ceremony_expired');
  });
});

test.describe('the profile', () => {
  test('adds, renames and removes passkeys, but never the last one', async ({ page }) => {
    await signUp(page, 'Jonas Albers');
    await open(page, '/profile');
    const table = page.getByRole('table', { name: 'Your passkeys' });
    await expect(table.getByRole('row')).toHaveCount(2);

    // The second device comes once the first one has signed: it has nothing to sign with, and the first one may not
    // register twice.
    const once = async (route) => {
      await authenticator(page, { transport: 'usb' });
      await route.continue();
    };
    await page.route('**/pending.confirm', once, { times: 1 });
    await page.getByRole('button', { name: 'Add a passkey' }).click();
    await page.getByLabel('Name of the passkey').fill('Key on my ring');
    await page.getByRole('dialog').getByRole('button', { name: 'Create a passkey' }).click();
    await sign(page);
    await expect(table.getByText('Key on my ring')).toBeVisible();

    await page.getByRole('button', { name: 'Rename Key on my ring' }).click();
    await page.getByRole('dialog').getByLabel('Name').fill('Spare key');
    await page.getByRole('button', { name: 'Save the name' }).click();
    await expect(table.getByText('Spare key')).toBeVisible();

    await page.getByRole('button', { name: 'Remove Spare key' }).click();
    await page.getByRole('button', { name: 'Remove the passkey' }).click();
    await sign(page);
    await expect(table.getByText('Spare key')).toHaveCount(0);
    await expect(page.getByRole('button', { name: /^Remove / })).toHaveCount(0);
  });

  test('signs out elsewhere, and everywhere', async ({ page, browser }) => {
    const device = await signUp(page, 'Jonas Albers');
    const [credential] = await device.credentials();
    await another(browser, async (other) => {
      const session = await other.context().newCDPSession(other);
      await session.send('WebAuthn.enable');
      const { authenticatorId } = await session.send('WebAuthn.addVirtualAuthenticator', {
        options: {
          protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true,
          isUserVerified: true, automaticPresenceSimulation: true,
        },
      });
      await session.send('WebAuthn.addCredential', {
        authenticatorId, credential: { ...credential, signCount: credential.signCount + 10 },
      });
      await other.goto('/sign-in');
      await other.waitForURL('**/home');
      // A passkey that is on two devices counts for both; one that fell behind would be taken for a copy.
      await device.remove(credential.credentialId);
      await device.add({ ...credential, signCount: credential.signCount + 20 });

      await open(page, '/profile');
      const sessions = page.getByRole('table', { name: 'Devices that are signed in' });
      await expect(sessions.getByText('this machine')).toHaveCount(2);
      await page.getByRole('button', { name: /^Sign out .*last seen/ }).click();
      await sign(page);
      await expect(page.getByText('That device is signed out.')).toBeVisible();
      await other.goto('/home');
      await other.waitForURL('**/sign-in?next=*');
    });
    await page.getByRole('button', { name: 'Sign out everywhere' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Sign out everywhere' }).click();
    await page.waitForURL(/localhost:\d+\/$/);
    await page.goto('/home');
    await page.waitForURL('**/sign-in?next=*');
  });

  test('signing out here forgets the session and sends the browser’s stores away', async ({ page }) => {
    await signUp(page, 'Jonas Albers');
    const answer = page.waitForResponse(/identity\.sign-out/);
    await page.getByRole('button', { name: 'Sign out' }).first().click();
    expect((await (await answer).allHeaders())['clear-site-data']).toContain('"cache"');
    await page.waitForURL(/localhost:\d+\/$/);
    expect((await page.context().cookies()).some((one) => one.name === '__Host-larch')).toBe(false);
  });
});
