// When the server is away, wants a token, or refuses.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { cell } from './support/browser.js';
import { eventually } from './support/eventually.js';
import { inView, setup, stone } from './support/setup.js';

const TOKEN = 'let-me-in';

const house = setup();

function problem(status, detail) {
  return {
    status, contentType: 'application/problem+json',
    body: JSON.stringify({ type: 'about:blank', title: '-', status, detail }),
  };
}

// Stands between the page and the server, as one that has tokens.
async function guard(page, allows = () => true) {
  await page.route(/\/(brains|train|move|match)/, (route) => {
    const token = /^Bearer (.*)$/.exec(route.request().headers().authorization ?? '')?.[1];
    if (token !== TOKEN) return route.fulfill(problem(401, 'a token is needed'));
    return allows(route.request()) ? route.continue() : route.fulfill(problem(403, 'this token may only play'));
  });
}

function openGuarded(allows, path = '/#brains') {
  return house.open({ path, arrange: (page) => guard(page, allows) });
}

async function enter(page, token) {
  await page.getByRole('dialog').getByLabel('Token').fill(token);
  await page.keyboard.press('Enter');
}

test('a server that went away is told of, and a match goes on when it is back', async () => {
  const page = await house.open();
  await page.getByText('Your move').waitFor();
  await house.daemon.stop('SIGKILL');
  await cell(page, 4).click();
  await page.getByText('The server does not answer.').waitFor();
  await page.getByText('The brain has not moved yet.').waitFor();
  await house.daemon.start();
  await page.getByText('The server does not answer.').waitFor({ state: 'hidden' });
  await inView(page, '.board .mark-2').waitFor();
  await stone(page, 4, 1);
  await page.check();
});

test('an absence is noticed without anybody asking for anything', async () => {
  const page = await house.open();
  await page.getByText('Your move').waitFor();
  await house.daemon.stop();
  await page.getByText('The server does not answer.').waitFor();
  await page.getByRole('button', { name: 'Try now' }).click();
  await house.daemon.start();
  await page.getByText('The server does not answer.').waitFor({ state: 'hidden' });
  await page.check();
});

test('a job is followed further when a server that was killed is back', async () => {
  const page = await house.open({ path: '/#learn' });
  await page.getByLabel('Matches', { exact: true }).fill('9,007,199,254,740,992');
  await page.getByRole('button', { name: 'Start training' }).click();
  const figure = inView(page, '.job[data-state=running] .figures dd').first();
  const done = async () => Number((await figure.innerText()).split(' ')[0].replace(/,/g, ''));
  await eventually('matches are done', async () => (await figure.count()) && (await done()) > 0);
  await house.daemon.stop('SIGKILL');
  await page.getByText('The server does not answer.').waitFor();
  await house.daemon.start();
  await page.getByText('The server does not answer.').waitFor({ state: 'hidden' });
  const before = await done();
  await eventually('more are done', async () => (await done()) > before);
  await page.getByRole('button', { name: /Stop job/ }).click();
  await inView(page, '.job[data-state=stopped]').waitFor();
  await page.check();
});

test('a token is asked for where one is needed, and used from then on', async () => {
  const page = await openGuarded();
  await page.getByRole('dialog').getByText('This server asks for a token.').waitFor();
  await enter(page, TOKEN);
  await page.locator('[data-brain=default]').waitFor();
  assert.equal(await page.getByRole('dialog').count(), 0);
  await page.check();
});

test('a wrong token is said to be wrong, and another asked for', async () => {
  const page = await openGuarded();
  await enter(page, 'wrong');
  for (let i = 0; i < 4; i++) {
    await page.getByText('The server does not know this token.').waitFor();
    await enter(page, `wrong ${i}`);
  }
  await page.getByText('The server does not know this token.').waitFor();
  await enter(page, TOKEN);
  await page.locator('[data-brain=default]').waitFor();
  await page.check();
});

test('a token is kept for the tab alone', async () => {
  const page = await openGuarded();
  await enter(page, TOKEN);
  await page.locator('[data-brain=default]').waitFor();
  await page.reload();
  await page.locator('[data-brain=default]').waitFor();
  const tab = await page.context().newPage();
  await guard(tab);
  await tab.goto(house.daemon.url);
  await tab.getByRole('dialog').getByLabel('Token').waitFor();
  const kept = await page.evaluate(() => [JSON.stringify({ ...localStorage }), document.cookie]);
  assert.deepEqual(kept, ['{}', '']);
  await page.check();
});

test('who has no token is told so, asked no more, and may enter one later', async () => {
  const page = await openGuarded();
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
  await page.getByText('This server asks for a token. Without one').waitFor();
  assert.equal(await page.getByRole('dialog').count(), 0);
  await page.getByRole('button', { name: 'Enter a token' }).click();
  await enter(page, TOKEN);
  await page.locator('[data-brain=default]').waitFor();
  await page.check();
});

test('what a token does not allow is said to be about the token', async () => {
  const page = await openGuarded((request) => request.method() === 'GET', '/#learn');
  await enter(page, TOKEN);
  await page.getByRole('button', { name: 'Start training' }).click();
  await page.getByText('The token in use does not allow this (this token may only play).').waitFor();
  await page.getByRole('button', { name: 'Use another token' }).click();
  await page.getByRole('dialog').getByLabel('Token').waitFor();
  await page.check();
});

test('a server that is too busy is asked again after the time that it names', async () => {
  let refusals = 0;
  const arrange = (page) => page.route(/\/brains\?/, (route) => {
    if (refusals++ > 0) return route.continue();
    return route.fulfill({ ...problem(429, 'too many requests'), headers: { 'Retry-After': '1' } });
  });
  const page = await house.open({ path: '/#brains', arrange });
  await page.locator('[data-brain=default]').waitFor();
  await page.check();
});

test('a request that failed is told of in the server’s words', async () => {
  await house.daemon.create('gone', 'beads');
  const page = await house.open({ path: '/#brains' });
  await page.locator('[data-brain=gone]').waitFor();
  await house.daemon.ask('DELETE', '/brains/gone');
  await page.getByRole('button', { name: 'Export gone' }).click();
  await page.getByText('The brain could not be exported. there is no brain of that name').waitFor();
  await page.check();
});
