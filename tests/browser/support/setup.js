// A daemon and a browser for the tests of a file, and what most of them do.

import { after, before } from 'node:test';

import { cell, launch, openPage } from './browser.js';
import { Daemon } from './daemon.js';

export function setup(prepare = async () => {}) {
  const house = {
    daemon: null,
    browser: null,
    open: (options) => openPage(house.browser, house.daemon, options),
  };
  before(async () => {
    house.daemon = await new Daemon().start();
    house.browser = await launch();
    await prepare(house.daemon);
  });
  after(async () => {
    await house.browser?.close();
    await house.daemon?.close();
  });
  return house;
}

// The visible view's.
export function inView(page, selector) {
  return page.locator(`main > section:not([hidden]) ${selector}`);
}

// Waits until the cell has a stone: 1 a cross, 2 a ring.
export function stone(page, number, player) {
  return cell(page, number).locator(`.mark-${player}`).waitFor();
}

// A newborn brain's heaviest move is the lowest free cell, so this match always goes the same way: the
// visitor wins on the diagonal.
export const WON_MATCH = [4, 0, 2, 1, 6];

export async function chooseHeaviest(page) {
  await inView(page, '.picker').getByLabel('Picks its moves').selectOption('greedy');
}

export async function win(page) {
  await chooseHeaviest(page);
  for (const [index, move] of WON_MATCH.entries()) {
    if (index % 2 === 0) await cell(page, move).click();
    await stone(page, move, 1 + (index % 2));
  }
}
