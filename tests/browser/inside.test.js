// Looking inside a brain.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { cell } from './support/browser.js';
import { inView, setup, stone } from './support/setup.js';

const house = setup(async (daemon) => {
  await daemon.ask('POST', '/match', { moves: [0, 3, 1, 4, 2] });
  await daemon.create('wise', 'guard');
  await daemon.learn(2000, 'wise');
});

function open(options) {
  return house.open({ path: '/#inside', ...options });
}

async function goTo(page, board) {
  await page.getByLabel('Position').fill(board);
  await page.getByRole('button', { name: 'Go there' }).click();
}

test('each free cell shows the probability that the brain plays it', async () => {
  const page = await open();
  const { probabilities } = await house.daemon.ask('GET', '/brains/default/boards/000000000');
  for (const [number, probability] of probabilities.entries()) {
    const share = `${(probability * 100).toFixed(0)}\u00a0%`;
    await cell(page, number).getByText(share).waitFor();
  }
  const heat = (number) => cell(page, number).evaluate((it) => Number(it.style.getPropertyValue('--heat')));
  assert.ok((await heat(0)) > (await heat(1)));
  await page.check();
});

test('weights are beads, one a unit, and the numbers beside them', async () => {
  const page = await open();
  const row = inView(page, '.bead-row').filter({ hasText: 'bottom left' });
  assert.equal(await row.locator('.bead').count(), 9);
  assert.equal(await row.locator('.bead-weight').textContent(), '9');
  await page.getByText('57 in this matchbox altogether; each bead is 1.').waitFor();
  await page.check();
});

test('exact values are shown on demand', async () => {
  const page = await open();
  await goTo(page, '000010000');
  await page.getByText('To move: ○').waitFor();
  assert.equal(await inView(page, '.cell-value').count(), 0);
  await page.getByText('Show each move’s exact value').click();
  await page.getByText('With perfect play ○ draws here').waitFor();
  for (const [number, word] of [[0, '= draws'], [1, '− loses']])
    assert.equal(await cell(page, number).locator('.cell-value').textContent(), word);
  await page.check();
});

test('proofs of the rule guard are named', async () => {
  const page = await open();
  await inView(page, '.picker').getByLabel('Brain').selectOption('wise');
  await goTo(page, '110220000');
  await inView(page, '.bead-row').filter({ hasText: 'bottom right' }).getByText('proven to win').waitFor();
  await page.check();
});

test('positions are stepped through forth and back', async () => {
  const page = await open();
  await cell(page, 4).click();
  await cell(page, 0).click();
  await page.getByRole('button', { name: 'A step back' }).click();
  assert.equal(await inView(page, '.board .mark').count(), 1);
  await page.getByText('To move: ○').waitFor();
  await page.getByRole('button', { name: 'To the start' }).click();
  assert.equal(await inView(page, '.board .mark').count(), 0);
  await page.getByRole('button', { name: 'To the end' }).click();
  assert.equal(await inView(page, '.board .mark').count(), 2);
  await page.check();
});

test('the brain makes a move when it is asked to', async () => {
  const page = await open();
  await page.getByRole('button', { name: 'Brain moves' }).click();
  await inView(page, '.board .mark-1').waitFor();
  await page.check();
});

test('a match that was played is stepped through from its end', async () => {
  const page = await house.open();
  await inView(page, '.picker').getByLabel('Brain').selectOption('wise');
  await inView(page, '.picker').getByLabel('Age').selectOption('10');
  await cell(page, 4).click();
  await inView(page, '.board .mark-2').waitFor();
  await inView(page, '.table').getByRole('button', { name: 'Look inside' }).click();
  await page.getByRole('heading', { name: 'Look inside' }).waitFor();
  await stone(page, 4, 1);
  assert.equal(await inView(page, '.board .mark').count(), 2);
  await page.check();
});

test('boards that no match comes to are refused', async () => {
  const page = await open();
  for (const board of ['110000000', '111000000', '111222000']) {
    await goTo(page, board);
    await page.getByText(/That position cannot be shown/).waitFor();
    await page.getByRole('button', { name: 'Close this message' }).click();
    assert.equal(await inView(page, '.board .mark').count(), 0);
  }
  await page.check();
});

test('a position at which the match is over has no matchbox', async () => {
  const page = await open();
  await goTo(page, '111220000');
  await page.getByText('The match is over: ✕ has won.').waitFor();
  await page.getByText('there is no matchbox').waitFor();
  await page.check();
});

test('an old view of a brain is seen at the age that is chosen', async () => {
  const page = await open();
  await inView(page, '.picker').getByLabel('Brain').selectOption('wise');
  const asked = page.waitForRequest(/\/brains\/wise%40100\/boards\//);
  await inView(page, '.picker').getByLabel('Age').selectOption('100');
  await asked;
  await page.check();
});
