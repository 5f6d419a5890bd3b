// Keeping brains.

import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { eventually } from './support/eventually.js';
import { setup } from './support/setup.js';

const house = setup(async (daemon) => {
  await daemon.create('strong', 'guard');
  await daemon.learn(50_000, 'strong');
});

function open(options) {
  return house.open({ path: '/#brains', ...options });
}

function card(page, name) {
  return page.locator(`[data-brain="${name}"]`);
}

function form(page, title) {
  return page.locator('form').filter({ has: page.getByRole('heading', { name: title }) });
}

async function names() {
  const { brains } = await house.daemon.ask('GET', '/brains');
  return brains.map(({ name }) => name);
}

async function brainOf(name, matches) {
  await house.daemon.create(name, 'beads');
  if (matches > 0) await house.daemon.learn(matches, name);
}

test('the strength of each brain shows at a glance', async () => {
  const page = await open();
  await card(page, 'strong').getByText('never loses').nth(1).waitFor();
  await card(page, 'default').getByText(/loses \d+.% at worst/).nth(1).waitFor();
  await page.check();
});

test('a few brains need no search', async () => {
  const page = await open();
  await card(page, 'strong').waitFor();
  assert.ok(await page.getByLabel('Sort by').isHidden());
  assert.ok(await page.getByRole('button', { name: 'Show more' }).isHidden());
  assert.equal(await page.getByPlaceholder('part of the name').filter({ visible: true }).count(), 0);
  await page.check();
});

test('brains of other games stay out of the way', async () => {
  await house.daemon.ask('PUT', '/brains/four', { game: 'connectfour' });
  const page = await open();
  await card(page, 'strong').waitFor();
  assert.equal(await card(page, 'four').count(), 0);
  await page.check();
  await house.daemon.ask('DELETE', '/brains/four');
});

test('a brain is created with the options that were chosen', async () => {
  const page = await open();
  const create = form(page, 'Create a brain');
  await create.getByLabel('Name').fill('mine');
  await create.getByLabel('Rule').selectOption('menace');
  await create.getByText('All options').click();
  await create.getByLabel('Reward', { exact: true }).fill('5');
  await create.getByLabel('Share mirrored boards').check();
  await create.getByRole('button', { name: 'Create' }).click();
  await card(page, 'mine').getByText(/With reward 5, share mirrored boards/).waitFor();
  const { rule, options } = await house.daemon.ask('GET', '/brains/mine');
  assert.deepEqual([rule, options.reward, options.symmetry, options.draw_reward], ['menace', 5, true, 1]);
  await page.check();
});

test('every rule and option is explained', async () => {
  const page = await open();
  const create = form(page, 'Create a brain');
  await create.getByText('All options').click();
  for (const rule of ['beads', 'menace', 'guard']) {
    await create.getByLabel('Rule').selectOption(rule);
    assert.match(await create.locator('.hint').nth(1).innerText(), /\w.{80,}/);
  }
  for (const field of await create.locator('details .field').all())
    assert.match(await field.locator('.hint').innerText(), /\w.{30,}\./);
  await page.check();
});

test('an option that cannot be is refused at its field', async () => {
  const page = await open();
  const create = form(page, 'Create a brain');
  await create.getByLabel('Name').fill('heavy');
  await create.getByText('All options').click();
  await create.getByLabel('Beads at first').fill('100');
  await create.getByLabel('Halve above').fill('300'); // less than nine times that
  await create.getByText('All options').click();
  await create.getByRole('button', { name: 'Create' }).click();
  await create.getByText(/^options\.halve_above: /).waitFor();
  assert.ok(await create.getByLabel('Halve above').evaluate((it) => it === document.activeElement));
  await page.check();
});

test('a brain is exported to a file, and imported from it', async () => {
  await brainOf('traveller', 100);
  const page = await open();
  const downloading = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Export traveller' }).click();
  const download = await downloading;
  assert.equal(download.suggestedFilename(), 'traveller.json');
  const file = join(house.daemon.folder, 'traveller.json');
  await download.saveAs(file);
  assert.equal(JSON.parse(readFileSync(file, 'utf8')).format, 'ttst-brain/1');

  const into = form(page, 'Import a brain');
  await into.getByLabel('File').setInputFiles(file);
  assert.equal(await into.getByLabel('Name').inputValue(), 'traveller-2');
  await into.getByRole('button', { name: 'Import' }).click();
  await card(page, 'traveller-2').waitFor();
  const digests = await Promise.all(['traveller', 'traveller-2'].map((name) => house.daemon.ask('GET', `/brains/${name}`)));
  assert.equal(digests[0].digest, digests[1].digest);
  await page.check();
});

test('a file that is no brain is refused whole', async () => {
  const page = await open();
  const file = join(house.daemon.folder, 'broken.json');
  writeFileSync(file, '{"format": "ttst-brain/1"}');
  const into = form(page, 'Import a brain');
  await into.getByLabel('File').setInputFiles(file);
  await into.getByRole('button', { name: 'Import' }).click();
  await into.getByRole('alert').getByText(/^\w+: /).waitFor();
  assert.ok(!(await names()).includes('broken'));
  await page.check();
});

test('a brain is copied under a new name', async () => {
  await brainOf('original', 10);
  const page = await open();
  await page.getByRole('button', { name: 'Copy original' }).click();
  await page.getByLabel('Name of the copy').fill('twin');
  await page.keyboard.press('Enter');
  await card(page, 'twin').getByText(/10 matches/).waitFor();
  await page.check();
});

test('a brain is reset only by who says so twice', async () => {
  await brainOf('forgetful', 10);
  const page = await open();
  await page.getByRole('button', { name: 'Reset forgetful' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Keep it' }).click();
  assert.equal((await house.daemon.ask('GET', '/brains/forgetful')).matches, 10);
  await page.getByRole('button', { name: 'Reset forgetful' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Forget everything' }).click();
  await card(page, 'forgetful').getByText(/ 0 matches/).waitFor();
  await page.check();
});

test('a brain is deleted only by who says so twice', async () => {
  await brainOf('doomed', 0);
  const page = await open();
  await page.getByRole('button', { name: 'Delete doomed' }).click();
  await page.keyboard.press('Escape');
  assert.ok((await names()).includes('doomed'));
  await page.getByRole('button', { name: 'Delete doomed' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete it' }).click();
  await card(page, 'doomed').waitFor({ state: 'detached' });
  assert.ok(!(await names()).includes('doomed'));
  await page.check();
});

test('a checkpoint is kept, played, restored and deleted', async () => {
  await brainOf('aging', 100);
  const page = await open();
  const aging = card(page, 'aging');
  await aging.getByText('Checkpoints').click();
  await aging.getByText('after 10 matches').waitFor();
  await aging.getByRole('button', { name: 'Keep it as it is now' }).click();
  await page.getByLabel('Name of the checkpoint').fill('hundred');
  await page.getByRole('dialog').getByRole('button', { name: 'Keep', exact: true }).click();
  await aging.getByText('“hundred”, after 100 matches').waitFor();
  await page.getByRole('button', { name: 'Restore aging 10', exact: true }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Restore' }).click();
  await aging.getByText(/ 10 matches\./).waitFor();
  await page.getByRole('button', { name: 'Delete aging hundred' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete it' }).click();
  await aging.locator('[data-checkpoint=hundred]').waitFor({ state: 'detached' });
  await page.getByRole('link', { name: 'Play aging 10', exact: true }).click();
  const age = page.locator('main > section:not([hidden]) .picker').getByLabel('Age');
  await eventually('that age plays', async () => (await age.inputValue()) === '10');
  await page.check();
});

test('what is open in a card stays open while its brain is trained', async () => {
  await brainOf('growing', 10);
  const page = await open();
  await card(page, 'growing').getByText('Checkpoints').click();
  await page.getByRole('button', { name: 'Export growing' }).focus();
  await house.daemon.learn(90, 'growing');
  await card(page, 'growing').getByText('after 100 matches').waitFor();
  assert.equal(await page.evaluate(() => document.activeElement.getAttribute('aria-label')), 'Export growing');
  await page.check();
});
