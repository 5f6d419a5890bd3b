// A daemon with more brains than anybody looks through.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { violations } from './support/axe.js';
import { cell, PHONE } from './support/browser.js';
import { eventually } from './support/eventually.js';
import { inView, setup, stone } from './support/setup.js';

const PUPILS = 3000;
const ALL = PUPILS + 3; // with default, veteran and pupil
const PAGES = Math.ceil(ALL / 1000);
const CARDS = 60;
const MENU = 100;

const house = setup(async (daemon) => {
  await daemon.create('veteran', 'guard');
  await daemon.learn(1000, 'veteran');
  await daemon.create('pupil', 'beads');
  await daemon.multiply('pupil', PUPILS);
  await daemon.learn(10, 'pupil-2000');
});

// A page that has all brains. `asked` are the paths that it has asked for.
async function open(view, options) {
  const asked = [];
  const arrange = async (page) => {
    page.on('request', (request) => asked.push(request.url().replace(house.daemon.url, '')));
    await options?.arrange?.(page);
  };
  const page = await house.open({ path: `/#${view}`, ...options, arrange });
  await eventually('all brains are there', () => page.locator('[data-brain]').count());
  return Object.assign(page, { asked });
}

function count(page, pattern) {
  return page.asked.filter((path) => pattern.test(path)).length;
}

const LIST = /^\/brains\?/;
const EVALUATION = /\/evaluation\?/;

function cards(page) {
  return page.locator('[data-brain]');
}

function search(page) {
  return page.getByRole('searchbox', { name: 'Search', exact: true });
}

// By keyboard alone: Enter chooses the first that matches.
async function find(page, label, text) {
  await inView(page, '').getByLabel(`${label}: search`).focus();
  await page.keyboard.type(text);
  await page.keyboard.press('Enter');
}

test('so many cards are shown, more when asked for, and only those that are seen ask how strong they are', async () => {
  const page = await open('brains');
  await page.getByText(`Shown: ${CARDS} of 3,003 brains.`).waitFor();
  assert.equal(await cards(page).count(), CARDS);
  await cards(page).first().locator('.strength-row').first().waitFor();
  assert.ok(count(page, EVALUATION) < CARDS / 2);
  await page.getByRole('button', { name: 'Show more' }).press('Enter');
  await page.getByText(`Shown: ${2 * CARDS} of 3,003 brains.`).waitFor();
  assert.equal(await page.evaluate(() => document.activeElement.getAttribute('aria-label')), 'Play pupil-0059');
  await cards(page).nth(CARDS).locator('.strength-row').first().waitFor();
  assert.ok(count(page, EVALUATION) < CARDS);
  assert.equal(count(page, LIST), PAGES);
  await page.check();
});

test('brains are searched by part of their names', async () => {
  const page = await open('brains');
  await search(page).focus();
  await page.keyboard.type('299');
  await page.getByText('Shown: 13 of 13 that match, of 3,003 brains.').waitFor();
  assert.equal(await cards(page).count(), 13);
  assert.ok(await page.getByRole('button', { name: 'Show more' }).isHidden());
  await search(page).fill('nobody');
  await page.getByText('Shown: 0 of 0 that match').waitFor();
  await search(page).fill('');
  await page.getByText(`Shown: ${CARDS} of 3,003 brains.`).waitFor();
  await page.check();
});

test('brains are sorted by name, matches, birth and last save', async () => {
  const page = await open('brains');
  const firsts = { name: 'default', 'most matches': 'veteran', newest: 'pupil', 'last saved': 'pupil-2000' };
  for (const [label, name] of Object.entries(firsts)) {
    await page.getByLabel('Sort by').selectOption({ label });
    assert.equal(await cards(page).first().getAttribute('data-brain'), name);
  }
  await page.check();
});

test('a brain that is created or deleted comes and goes without all being asked for again', async () => {
  const page = await open('brains');
  const create = page.locator('form').filter({ has: page.getByRole('heading', { name: 'Create a brain' }) });
  await create.getByLabel('Name').fill('newcomer');
  await create.getByRole('button', { name: 'Create' }).click();
  await page.getByText('newcomer is born').waitFor();
  await search(page).fill('newcomer');
  await page.getByText('Shown: 1 of 1 that match, of 3,004 brains.').waitFor();
  await page.getByRole('button', { name: 'Delete newcomer' }).click();
  await page.getByRole('button', { name: 'Delete it' }).click();
  await page.getByText('Shown: 0 of 0 that match, of 3,003 brains.').waitFor();
  assert.equal(count(page, LIST), PAGES);
  await page.check();
});

test('an opponent is found by part of its name, and played', async () => {
  const page = await open('play');
  const brain = inView(page, '.picker').getByLabel('Brain', { exact: true });
  assert.equal(await brain.inputValue(), 'default');
  await find(page, 'Brain', '2345');
  assert.equal(await brain.inputValue(), 'pupil-2345');
  const asked = page.waitForRequest(/\/move$/);
  await cell(page, 4).click();
  assert.equal((await asked).postDataJSON().brain, 'pupil-2345');
  await stone(page, 4, 1);
  await page.check();
});

test('a menu has those that match and the chosen one, which searching does not change', async () => {
  const page = await open('play');
  const brain = inView(page, '.picker').getByLabel('Brain', { exact: true });
  assert.equal(await brain.locator('option').count(), MENU);
  await inView(page, '.picker').getByLabel('Brain: search').fill('299');
  await inView(page, '.picker').getByText('Listed: 13 of 13 that match.').waitFor();
  assert.equal(await brain.inputValue(), 'default');
  assert.equal(await brain.locator('option').count(), 1 + 13);
  await brain.selectOption('pupil-1299');
  await inView(page, '.picker').getByLabel('Brain: search').fill('');
  assert.equal(await brain.inputValue(), 'pupil-1299');
  await page.check();
});

test('the brain that learns, its opponent and one to compare with are found by their names', async () => {
  const page = await open('learn');
  await page.getByText('Rule, opponent, goal, workers').click();
  await find(page, 'Brain', '0007');
  await find(page, 'Opponent', '0008');
  await find(page, 'Compare with', 'vet');
  await inView(page, '.legend li').filter({ hasText: 'veteran' }).first().waitFor();
  const { jobs: none } = await house.daemon.ask('GET', '/train?brain=pupil-0007');
  assert.deepEqual(none, []);
  await page.getByLabel('Matches', { exact: true }).fill('1000');
  await page.getByRole('button', { name: 'Start training' }).click();
  await inView(page, '.job[data-state=done]').filter({ hasText: 'pupil-0007' }).waitFor();
  const { jobs } = await house.daemon.ask('GET', '/train?brain=pupil-0007');
  assert.deepEqual(jobs[0].opponent, { brain: 'pupil-0008' });
  await page.check();
});

test('as time goes by only the chosen brain is asked for, and all when they are looked at', async () => {
  const page = await open('play', { arrange: (page) => page.clock.install() });
  await eventually('it was asked for some times', async () => {
    await page.clock.runFor(5000);
    return count(page, /^\/brains\/default$/) >= 3;
  });
  assert.equal(count(page, LIST), PAGES);
  await house.daemon.learn(100);
  await eventually('what it learned is noticed', async () => {
    await page.clock.runFor(5000);
    return inView(page, '.picker').getByText('now, after 100 matches').count();
  });
  assert.equal(count(page, LIST), PAGES);
  await page.getByRole('link', { name: 'Brains' }).click();
  await eventually('all are asked for', () => count(page, LIST) === 2 * PAGES);
  await page.check();
});

test('a chosen brain that somebody deletes gives way to another', async () => {
  await house.daemon.create('doomed', 'beads');
  const page = await open('play', { arrange: (page) => page.clock.install() });
  await find(page, 'Brain', 'doomed');
  await house.daemon.ask('DELETE', '/brains/doomed');
  const brain = inView(page, '.picker').getByLabel('Brain', { exact: true });
  await eventually('another is chosen', async () => {
    await page.clock.runFor(5000);
    return (await brain.inputValue()) === 'default';
  });
  await page.check();
});

// Phones have the least room, and axe takes its time over many cards.
const ARRANGED = {
  async learn(page) {
    await page.getByText('Rule, opponent, goal, workers').click();
    await page.getByLabel('Opponent: search').fill('299');
  },
  async brains(page) {
    await search(page).fill('2999');
    await page.getByText('Shown: 1 of 1 that match').waitFor();
  },
};

for (const [view, arrange] of Object.entries(ARRANGED))
  test(`the view ${view} of many brains has no violation in light and dark`, async () => {
    const page = await open(view, { phone: true });
    await arrange(page);
    for (const colorScheme of ['light', 'dark']) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      assert.deepEqual(await violations(page), [], colorScheme);
    }
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), PHONE.width);
    await page.check();
  });
