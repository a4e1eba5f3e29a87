// What the door itself refuses, and the headers on every answer.
import { expect, open, signUp, test } from './support/bank.mjs';

test.use({ refusals: true });

const post = (request, path, headers, data = {}) =>
  request.post(path, { headers: { 'content-type': 'application/json', accept: 'application/json', ...headers }, data });

test('pages carry a policy with a nonce, and are kept nowhere', async ({ request }) => {
  const answer = await request.get('/');
  const headers = answer.headers();
  expect(headers['content-security-policy']).toMatch(/script-src 'self' 'nonce-[^']+' 'wasm-unsafe-eval'/);
  expect(headers['content-security-policy']).not.toContain('unsafe-inline');
  expect(headers['cache-control']).toBe('no-store');
  expect(headers['x-content-type-options']).toBe('nosniff');
  expect(headers['referrer-policy']).toBe('same-origin');
  expect(headers['cross-origin-opener-policy']).toBe('same-origin');
  expect(headers['cross-origin-resource-policy']).toBe('same-origin');
  const nonce = headers['content-security-policy'].match(/'nonce-([^']+)'/)[1];
  expect((await answer.text()).includes(nonce)).toBe(true);
  const again = (await request.get('/')).headers()['content-security-policy'];
  expect(again).not.toContain(nonce);
});

test('hashed files are kept for ever, others are not', async ({ page, request }) => {
  await page.goto('/');
  const styles = await page.locator('link[rel=stylesheet]').first().getAttribute('href');
  expect(styles).toMatch(/^\/pkg\/larch\.[^.]+\.css$/);
  expect((await request.get(styles)).headers()['cache-control']).toContain('immutable');
  expect((await request.get('/icons.svg')).headers()['cache-control']).toBe('public, max-age=3600');
  expect((await request.get('/pkg/none.js')).headers()['cache-control']).toBe('no-store');
});

test('what changes something must come from the bank’s own pages', async ({ request, baseURL }) => {
  const path = '/api/call-json/identity.start-sign-in';
  for (const headers of [{}, { origin: 'https://evil.example' }, { 'sec-fetch-site': 'cross-site', origin: baseURL }]) {
    expect((await post(request, path, headers)).status()).toBe(403);
  }
  expect((await post(request, path, { origin: baseURL })).status()).toBe(200);
});

test('no operation answers to GET', async ({ request }) => {
  for (const path of ['/api/call/identity.sign-out', '/api/call-json/accounts.open']) {
    expect((await request.get(path)).status()).toBe(405);
  }
});

test('statuses say what kind of refusal it is', async ({ request, baseURL }) => {
  const ours = { origin: baseURL };
  const list = await post(request, '/api/call-json/accounts.list', ours);
  expect(list.status()).toBe(401);
  expect((await list.json()).code).toBe('not_signed_in');
  const clock = await post(request, '/api/call-json/bankday.open', ours);
  expect(clock.status()).toBe(403);
  const broken = await post(request, '/api/call-json/identity.start-sign-up', ours, { nombre: 1 });
  expect(broken.status()).toBe(400);
  expect((await broken.json()).code).toBe('malformed');
  const unknown = await post(request, '/api/call-json/no.such', ours);
  expect(unknown.status()).toBeGreaterThanOrEqual(400);
  const huge = await post(request, '/api/call-json/identity.start-sign-up', ours, { name: 'x'.repeat(100_000) });
  expect(huge.status()).toBe(413);
});

test('a stolen page cannot use a session cookie from another site’s form', async ({ page, baseURL }) => {
  await signUp(page, 'Xaver Lang');
  await page.goto('about:blank');
  await page.setContent(`<form method="post" action="${baseURL}/api/call/identity.sign-out-everywhere"><button>go</button></form>`);
  const answer = page.waitForResponse(/sign-out-everywhere/);
  await page.getByRole('button').click();
  expect((await answer).status()).toBe(403);
  await open(page, '/home');
  expect(page.url()).toContain('/home');
});

test('a stranger’s page holds nothing of any customer', async ({ request }) => {
  const body = await (await request.get('/home')).text();
  for (const word of ['"iban"', 'balance_after', '"booked"']) expect(body).not.toContain(word);
});
