// Playing against a brain.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { cell } from './support/browser.js';
import { eventually } from './support/eventually.js';
import { chooseHeaviest, inView, setup, stone, win, WON_MATCH } from './support/setup.js';

const ENDLESS = 2 ** 53;

const house = setup(async (daemon) => {
  await daemon.create('grown', 'guard');
  await daemon.learn(1000, 'grown');
});

function score(page) {
  return inView(page, '.score dd').allTextContents();
}

function noted(page, url, method = 'POST') {
  return page.waitForRequest((request) => request.url().endsWith(url) && request.method() === method);
}

test('a match is played to its end by mouse, and its line and the score show', async () => {
  const page = await house.open();
  await win(page);
  await page.getByText('You win!').waitFor();
  for (const number of [2, 4, 6]) assert.match(await cell(page, number).getAttribute('class'), /is-won/);
  assert.equal(await inView(page, '.is-won').count(), 3);
  assert.deepEqual(await score(page), ['1', '0', '0']);
  await page.check();
});

test('a match is played to its end by the digits of a keyboard', async () => {
  const page = await house.open();
  await chooseHeaviest(page);
  await cell(page, 4).focus();
  for (const [index, move] of WON_MATCH.entries()) {
    if (index % 2 === 0) await page.keyboard.press(String(move + 1));
    await stone(page, move, 1 + (index % 2));
  }
  await page.getByText('You win!').waitFor();
  await page.check();
});

test('arrow keys go from cell to cell as they lie, and Enter plays', async () => {
  const page = await house.open();
  await cell(page, 4).focus();
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight'); // there is nothing beyond the edge
  await page.keyboard.press('Enter');
  await stone(page, 8, 1);
  await page.check();
});

test('a match is played to its end by touch, on a phone', async () => {
  const page = await house.open({ phone: true });
  await chooseHeaviest(page);
  for (const [index, move] of WON_MATCH.entries()) {
    if (index % 2 === 0) await cell(page, move).tap();
    await stone(page, move, 1 + (index % 2));
  }
  await page.getByText('You win!').waitFor();
  await page.check();
});

test('who chooses the second side is answered by the brain’s first move', async () => {
  const page = await house.open();
  await page.getByLabel('○ second').check();
  await eventually('a cross stands on the board', () => inView(page, '.mark-1').count());
  await page.getByText('you are ○').waitFor();
  await page.check();
});

test('undo takes back a move and its answer, and a match out of the score', async () => {
  const page = await house.open();
  await win(page);
  const undo = page.getByRole('button', { name: 'Undo' });
  await undo.click();
  assert.deepEqual(await score(page), ['0', '0', '0']);
  assert.equal(await inView(page, '.board .mark').count(), 4);
  await undo.click();
  await undo.click();
  assert.equal(await inView(page, '.board .mark').count(), 0);
  assert.ok(await undo.isDisabled());
  await page.check();
});

test('the brain plays as it was at the age that is chosen', async () => {
  const page = await house.open();
  await inView(page, '.picker').getByLabel('Brain').selectOption('grown');
  await inView(page, '.picker').getByLabel('Age').selectOption({ label: 'after 100 matches' });
  const asked = noted(page, '/move');
  await cell(page, 4).click();
  assert.equal((await asked).postDataJSON().brain, 'grown@100');
  await page.check();
});

test('the brain plays by the policy that is chosen', async () => {
  const page = await house.open();
  await inView(page, '.picker').getByLabel('Picks its moves').selectOption('power');
  await inView(page, '.picker').getByLabel('Power', { exact: true }).fill('6.5');
  const asked = noted(page, '/move');
  await cell(page, 4).click();
  assert.deepEqual((await asked).postDataJSON().policy, { power: 6.5 });
  await page.check();
});

test('what the brain would do is shown on each free cell', async () => {
  const page = await house.open();
  await page.getByText('Show what the brain would do').click();
  await inView(page, '.cell-share').nth(8).waitFor();
  assert.deepEqual(await inView(page, '.cell-share').allTextContents(), Array(9).fill('11\u00a0%'));
  assert.match(await cell(page, 0).getAttribute('aria-label'), /bottom left: free, played with 11/);
  await page.check();
});

test('a brain learns from a match, and the weights that it changed are shown', async () => {
  await house.daemon.create('pupil', 'beads');
  const page = await house.open();
  await inView(page, '.picker').getByLabel('Brain').selectOption('pupil');
  await page.getByText('Let it learn from my matches').click();
  await win(page);
  await page.getByText('What pupil learned from this match').waitFor();
  const rows = await inView(page, '.lesson tbody tr').allInnerTexts();
  const figures = rows.map((row) => row.trim().split(/\t/).slice(-3).map((text) => text.trim()));
  const [gain, loss] = [['6', '9', '+3'], ['6', '5', '−1']];
  assert.deepEqual(figures, [gain, loss, gain, loss, gain]);
  const { weights } = await house.daemon.ask('GET', '/brains/pupil/boards/000000000');
  assert.deepEqual(weights, [6, 6, 6, 6, 9, 6, 6, 6, 6]);
  assert.ok(await page.getByRole('button', { name: 'Undo' }).isDisabled(), 'it cannot be taken back');
  await page.check();
});

test('the page says that a job trains the brain, and the match can be taught after it', async () => {
  await house.daemon.create('busy', 'beads');
  const job = await house.daemon.ask('POST', '/train', { matches: ENDLESS, brain: 'busy' });
  const page = await house.open();
  await inView(page, '.picker').getByLabel('Brain').selectOption('busy');
  await page.getByText(`Job ${job.id} is training busy`).waitFor();
  await page.getByText('Let it learn from my matches').click();
  await chooseHeaviest(page);
  while (!(await inView(page, '.is-over').count())) {
    await page.getByText(/Your move/).waitFor();
    await inView(page, '.cell[aria-disabled=false]').first().click();
    await eventually('it is the visitor’s turn or over', async () =>
      (await inView(page, '.is-over').count()) || page.getByText(/Your move/).count());
  }
  await page.getByText(/busy has not learned this match/).waitFor();
  await house.daemon.ask('DELETE', `/train/${job.id}`);
  await house.daemon.ask('GET', `/train/${job.id}?wait=30`);
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.getByText('What busy learned from this match').waitFor();
  await page.check();
});

test('a newborn brain is announced, with the way to its training', async () => {
  const page = await house.open();
  await page.getByText('default is newborn').waitFor();
  await page.getByRole('link', { name: 'let it learn' }).click();
  await page.getByRole('heading', { name: 'Watch it learn' }).waitFor();
  await page.check();
});
