// People who work at the bank: a code lets them in, and they answer customers who wait, in the customers' own conversation.
import { accessible } from './support/accessible.mjs';
import { another, expect, open, signUp, test } from './support/bank.mjs';
import { larch } from './support/command.mjs';

const panel = (page) => page.getByRole('complementary', { name: 'Assistant' });

async function comeIn(page, baseURL, name) {
  const code = larch(baseURL, 'staff', 'let-in', name).match(/[0-9a-f]{5}(-[0-9a-f]{5}){4}/)[0];
  await open(page, '/staff');
  await page.getByLabel('Your code').fill(code);
  await page.getByRole('button', { name: 'Come in' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Customers who wait' })).toBeVisible();
  return code;
}

for (const [device, viewport] of [['phone', { width: 390, height: 844 }], ['desktop', { width: 1440, height: 900 }]]) {
  test.describe(device, () => {
    test.use({ viewport });

    test('a customer who waits is answered by name, and the case is closed', async ({ page, browser, baseURL }) => {
      const name = `Vera Holm ${device}`;
      await another(browser, async (customer) => {
        await customer.setViewportSize({ width: 1280, height: 900 });
        await signUp(customer, name);
        await open(customer, '/home');
        await customer.getByRole('button', { name: 'Ask', exact: true }).click();
        const words = panel(customer).getByLabel('Write to Larch');
        await words.fill('I want to make a complaint: this is so slow');
        await words.press('Enter');
        await expect(panel(customer).getByRole('heading', { name: 'A person at Larch has this now' })).toBeVisible();

        await comeIn(page, baseURL, 'Jonas');
        await accessible(page, 'the list');
        await page.getByRole('link', { name: /A complaint/ }).first().click();
        await page.waitForURL(/\/staff\/cases\//);
        const heading = page.getByRole('heading', { level: 1 });
        await expect(heading).toBeVisible();
        // Others may wait for the same reason: the one that is meant is looked for.
        if (!(await heading.innerText()).includes(name)) {
          const id = larch(baseURL, 'cases', 'list').match(/[0-9a-f]{8}-[0-9a-f-]{27}/g).find((id) => larch(baseURL, 'cases', 'show', id).includes(name));
          await open(page, `/staff/cases/${id}`);
        }
        await expect(page.getByRole('heading', { level: 1, name })).toBeVisible();
        await expect(page.getByText('so slow').first()).toBeVisible();
        await accessible(page, 'a case');
        await page.getByRole('button', { name: 'Answer' }).click();
        await expect(page.getByText('An answer has 1 to')).toBeVisible();
        await page.getByLabel('Your answer').fill('Good morning.\nI look into it now.');
        await page.getByRole('button', { name: 'Answer' }).click();
        await expect(page.getByText('Jonas, for the bank')).toBeVisible();
        await expect(page.getByLabel('Your answer')).toHaveValue('');
        // The customer's panel looks for it by itself.
        await expect(panel(customer).getByRole('article').last()).toContainText('Jonas at Larch', { timeout: 30_000 });
        await expect(panel(customer).getByRole('article').last()).toContainText('I look into it now.');
        // What is typed while they write stays, and so does the cursor.
        const answer = page.getByLabel('Your answer');
        await answer.pressSequentially('I have found');
        await answer.evaluate((field) => (field.dataset.seen = 'true'));
        await words.fill('<b>thank you</b>');
        await words.press('Enter');
        await expect(page.getByText('<b>thank you</b>')).toBeVisible({ timeout: 30_000 });
        await expect(answer).toHaveValue('I have found');
        await expect(answer).toBeFocused();
        await expect(answer).toHaveAttribute('data-seen', 'true');
        await answer.fill('');

        await page.getByRole('button', { name: 'Close the case' }).click();
        await page.getByRole('dialog', { name: 'Close this case?' }).getByRole('button', { name: 'Close it' }).click();
        await expect(page.getByText('This case is closed.')).toBeVisible();
        await expect(page.getByLabel('Your answer')).toBeHidden();
      });
    });
  });
}

test.describe('who is not let in', () => {
  test.use({ refusals: true });

  test('a code that was used, a stranger and a customer get nowhere', async ({ page, browser, baseURL }) => {
    const code = await comeIn(page, baseURL, 'Mia');
    const cookie = (await page.context().cookies(baseURL.replace('http:', 'https:'))).find((one) => one.name === '__Host-staff');
    expect(cookie).toMatchObject({ httpOnly: true, secure: true, sameSite: 'Strict', path: '/' });
    // Neither does what is the other's, at the real door.
    const status = (page, operation) =>
      page.evaluate(async (operation) => {
        const answer = await fetch(`/api/call-json/${operation}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' });
        return answer.status;
      }, operation);
    expect(await status(page, 'care.list-cases')).toBe(200);
    expect(await status(page, 'accounts.list')).toBe(401);
    expect(await status(page, 'backoffice.list-staff')).toBe(403);
    await page.getByRole('button', { name: 'Leave' }).click();
    await expect(page.getByLabel('Your code')).toBeVisible();
    await page.getByLabel('Your code').press('Enter');
    await expect(page.getByText('Please enter your code.')).toBeVisible();
    await page.getByLabel('Your code').fill(code);
    await page.getByRole('button', { name: 'Come in' }).click();
    await expect(page.getByText('This code is not known.')).toBeVisible();
    await expect(page.getByLabel('Your code')).toHaveValue(code);
    await accessible(page, 'a code that is not known');
    await another(browser, async (customer) => {
      await signUp(customer, 'Vera Holm');
      expect(await status(customer, 'accounts.list')).toBe(200);
      expect(await status(customer, 'care.list-cases')).toBe(403);
      await open(customer, '/staff');
      await expect(customer.getByLabel('Your code')).toBeVisible();
      await open(customer, '/staff/cases/01900000-0000-7000-8000-000000000000');
      await expect(customer.getByLabel('Your answer')).toBeHidden();
      await expect(customer.getByLabel('Your code')).toBeVisible();
    });
  });
});
