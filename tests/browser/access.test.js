// Whoever comes, with whatever they have: phones, darkness, keyboards, screen readers (WCAG 2.2 AA).

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { violations } from './support/axe.js';
import { cell, PHONE } from './support/browser.js';
import { inView, setup, stone, win } from './support/setup.js';

const house = setup(async (daemon) => {
  await daemon.create('strong', 'guard');
  await daemon.create('odd', 'menace');
  await daemon.ask('PUT', '/brains/warned', {
    game: 'tictactoe', rule: 'menace', options: { draw_reward: 0 },
  });
  await daemon.learn(20_000, 'strong');
  await daemon.learn(1000, 'odd');
});

// Each view with as much to see as it can have.
const STATES = {
  async play(page) {
    await page.getByText('Let it learn from my matches').click();
    await page.getByText('Show what the brain would do').click();
    await win(page);
    await inView(page, '.lesson').waitFor();
  },
  async inside(page) {
    await inView(page, '.picker').getByLabel('Brain').selectOption('strong');
    await page.getByText('Show each move’s exact value').click();
    await page.getByLabel('Position').fill('110220000');
    await page.getByRole('button', { name: 'Go there' }).click();
    await inView(page, '.proof').first().waitFor();
  },
  async learn(page) {
    await inView(page, '.train-form').getByLabel('Brain').selectOption('strong');
    await page.getByText('Rule, opponent, goal, workers').click();
    await page.getByLabel('Compare with').selectOption('odd');
    await page.getByText('These figures as a table').click();
    await page.getByLabel('Matches', { exact: true }).fill('none');
    await page.getByRole('button', { name: 'Start training' }).click();
    await inView(page, '.curve tbody tr').first().waitFor();
  },
  async brains(page) {
    await page.locator('[data-brain=strong]').getByText('Checkpoints').click();
    await page.locator('[data-checkpoint]').first().waitFor();
    await inView(page, 'form').getByText('All options').click();
    await page.locator('[data-brain=warned] .warning').waitFor();
  },
};

for (const [name, arrange] of Object.entries(STATES))
  for (const phone of [false, true])
    test(`the view ${name} has no violation in light and dark on a ${phone ? 'phone' : 'desktop'}`, async () => {
      await house.daemon.ask('POST', '/brains/default/reset');
      const page = await house.open({ path: `/#${name}`, phone });
      await arrange(page);
      for (const colorScheme of ['light', 'dark']) {
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
        assert.deepEqual(await violations(page), [], colorScheme);
      }
      if (phone) assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), PHONE.width);
      await page.check();
    });

test('dialogs and messages have no violation', async () => {
  const page = await house.open({ path: '/#brains' });
  await page.getByRole('button', { name: 'Delete odd' }).click();
  assert.deepEqual(await violations(page), []);
  await page.getByRole('button', { name: 'Keep it' }).click();
  await page.getByRole('button', { name: 'Copy odd' }).click();
  await page.getByLabel('Name of the copy').fill('strong');
  assert.deepEqual(await violations(page), []);
  await page.keyboard.press('Enter');
  await page.locator('.toast.bad').waitFor();
  assert.deepEqual(await violations(page), []);
  await page.check();
});

test('the dark page is dark and the light one light', async () => {
  const page = await house.open();
  const brightness = () => page.evaluate(() => {
    const [r, g, b] = getComputedStyle(document.body).backgroundColor.match(/\d+/g).map(Number);
    return (r + g + b) / 3;
  });
  await page.emulateMedia({ colorScheme: 'dark' });
  assert.ok((await brightness()) < 64);
  await page.emulateMedia({ colorScheme: 'light' });
  assert.ok((await brightness()) > 192);
  await page.check();
});

// Tabs on to the element; fails where it is not reached.
async function tabTo(page, locator) {
  for (let i = 0; i < 40; i++) {
    await page.keyboard.press('Tab');
    if (await locator.evaluate((it) => it === document.activeElement)) return;
  }
  assert.fail(`not reached by Tab: ${locator}`);
}

test('everything is done by keyboard: play, go to another view, train, delete', async () => {
  await house.daemon.create('keyed', 'beads');
  const page = await house.open();
  await tabTo(page, cell(page, 4));
  await page.keyboard.press(' ');
  await stone(page, 4, 1);
  await page.keyboard.press('Shift+Tab');
  await page.keyboard.press('Enter'); // the last of the views: Brains
  await page.getByRole('heading', { name: 'Brains', exact: true }).waitFor();
  await tabTo(page, page.getByRole('button', { name: 'Delete keyed' }));
  await page.keyboard.press('Enter');
  await tabTo(page, page.getByRole('button', { name: 'Delete it' }));
  await page.keyboard.press('Enter');
  await page.locator('[data-brain=keyed]').waitFor({ state: 'detached' });
  await page.goto(`${house.daemon.url}/#learn`);
  await tabTo(page, page.getByRole('button', { name: 'Start training' }));
  await page.keyboard.press('Enter');
  await inView(page, '.job[data-state=done]').waitFor();
  await page.check();
});

test('the first Tab leads past the menu', async () => {
  const page = await house.open();
  await page.keyboard.press('Tab');
  await page.getByRole('link', { name: 'Skip to the content' }).waitFor();
  await page.keyboard.press('Enter');
  assert.equal(await page.evaluate(() => document.activeElement.id), 'main');
  await page.check();
});

test('nothing is told by colour alone: marks, lines and values differ in form or word', async () => {
  const page = await house.open({ path: '/#learn' });
  await inView(page, '.train-form').getByLabel('Brain').selectOption('strong');
  await page.getByLabel('Compare with').selectOption('odd');
  await inView(page, '.legend li').nth(3).waitFor();
  const forms = await inView(page, '.legend li svg').evaluateAll((all) => all.map((it) =>
    `${it.querySelector('circle') ? 'circle' : 'triangle'} ${it.firstElementChild.getAttribute('stroke-dasharray')}`));
  assert.equal(new Set(forms).size, 4);
  await page.check();
});
