// node screenshots.js FOLDER - pictures of the page, for whoever wants to see it before they run it.

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

import { cell, launch, openPage } from './support/browser.js';
import { Daemon } from './support/daemon.js';

const folder = process.argv[2];
const THEMES = ['light', 'dark'];

// The same pictures at each run, but for the speed of the machine.
async function prepare(daemon) {
  await daemon.learn(10_000_000);
  await daemon.create('strong', 'guard');
  await daemon.learn(1_000_000, 'strong');
  await daemon.create('boxes', 'menace');
  await daemon.learn(100_000, 'boxes');
}

async function play(page) {
  await page.getByText('Show what the brain would do').click();
  await page.getByLabel('Age').first().selectOption('100000');
  await page.getByLabel('○ second').check();
  await page.getByText(/Your move/).waitFor();
  await page.locator('.board .cell-share').first().waitFor();
}

async function inside(page) {
  await page.getByText('Show each move’s exact value').click();
  await cell(page, 4).click();
  await cell(page, 8).click();
  await page.locator('.bead-row').nth(6).waitFor();
}

async function curve(page) {
  await page.getByLabel('Compare with').selectOption('strong');
  await page.locator('canvas[data-points]').first().waitFor();
}

async function brains(page) {
  for (const strength of await page.locator('.strength').all()) {
    await strength.scrollIntoViewIfNeeded();
    await strength.locator('.strength-row').first().waitFor();
  }
}

const SCENES = { play, inside, learn: curve, brains };

async function shoot(browser, daemon, name, theme, phone) {
  const page = await openPage(browser, daemon, {
    path: `/#${name}`, phone, colorScheme: theme, deviceScaleFactor: phone ? 2 : 1,
  });
  await SCENES[name](page);
  await page.mouse.move(0, 0);
  await page.evaluate(() => scrollTo(0, 0));
  const file = `${name}-${phone ? 'phone-' : ''}${theme}.png`;
  await page.screenshot({ path: join(folder, file), fullPage: true });
  await page.check();
}

mkdirSync(folder, { recursive: true });
const daemon = await new Daemon().start();
const browser = await launch();
try {
  await prepare(daemon);
  for (const name of Object.keys(SCENES))
    for (const theme of THEMES)
      for (const phone of [false, true]) await shoot(browser, daemon, name, theme, phone);
} finally {
  await browser.close();
  await daemon.close();
}
