// Debian's Chromium, driven by Playwright, and what must hold of every page that a test opens.

import assert from 'node:assert/strict';
import { chromium } from 'playwright-core';

import { DEADLINE_MS } from './eventually.js';

const DESKTOP = { width: 1200, height: 900 };
export const PHONE = { width: 360, height: 740 };

export function launch() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    chromiumSandbox: process.getuid() !== 0, // root has none
  });
}

// A page of a tab of its own, to which `arrange` is done before it asks for anything. `check` ends it and fails if it asked another server for anything, broke
// the Content-Security-Policy or threw.
export async function openPage(browser, daemon, { path = '/', phone = false, arrange, ...options } = {}) {
  const context = await browser.newContext({
    viewport: phone ? PHONE : DESKTOP, hasTouch: phone, reducedMotion: 'reduce', ...options,
  });
  context.setDefaultTimeout(DEADLINE_MS);
  const page = await context.newPage();
  const faults = [];
  page.on('pageerror', (error) => faults.push(`threw ${error.stack}`));
  page.on('console', (message) => {
    if (/Content.Security.Policy/i.test(message.text())) faults.push(message.text());
  });
  page.on('request', (request) => {
    const { protocol, origin } = new URL(request.url());
    if (protocol !== 'blob:' && origin !== daemon.url) faults.push(`asked ${request.url()}`);
  });
  await arrange?.(page);
  await page.goto(daemon.url + path);
  page.check = async () => {
    await context.close();
    assert.deepEqual(faults, []);
  };
  return page;
}

export function cell(page, number) {
  return page.locator(`main > section:not([hidden]) .board [data-cell="${number}"]`);
}
