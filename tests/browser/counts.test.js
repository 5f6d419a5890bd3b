// Whole numbers as people write them: the page reads what the command and the daemon's options read
// (api/test_counts.py).

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import { inView, setup } from './support/setup.js';

const COUNTS = JSON.parse(readFileSync(new URL('../data/counts.json', import.meta.url), 'utf8'));
const COUNT_MAX = 2n ** 53n;

const house = setup();

// What the form asks the server for, or null where it refuses the number itself.
async function asked(page, text) {
  const job = page.waitForRequest((request) => request.method() === 'POST').then((request) => request.postDataJSON());
  const refusal = inView(page, '.train-form [aria-invalid=true]').waitFor().then(() => null);
  await page.getByLabel('Matches', { exact: true }).fill(text);
  await page.getByRole('button', { name: 'Start training' }).click();
  const result = await Promise.race([job, refusal]);
  job.catch(() => {});
  refusal.catch(() => {});
  return result;
}

test('a number of matches is read as everywhere', async () => {
  const page = await house.open({ path: '/#learn' });
  const refusal = { type: 'about:blank', title: 'Conflict', status: 409, detail: 'not in this test' };
  await page.route('**/train', (route) => (route.request().method() !== 'POST' ? route.continue() : route.fulfill({
    status: 409, contentType: 'application/problem+json', body: JSON.stringify(refusal),
  })));
  for (const [text, count] of Object.entries(COUNTS)) {
    const job = await asked(page, text);
    if (count === null) assert.equal(job, null, text);
    else if (BigInt(count) <= COUNT_MAX) assert.equal(job?.matches, Number(count), text);
    else assert.ok(BigInt(job?.matches ?? 0) > COUNT_MAX, text);
  }
  await page.check();
});
