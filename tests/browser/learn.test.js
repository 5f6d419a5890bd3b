// Training a brain and watching it.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { eventually } from './support/eventually.js';
import { inView, setup } from './support/setup.js';

const ENDLESS = '9,007,199,254,740,992';

const house = setup(async (daemon) => {
  await daemon.create('other', 'guard');
  await daemon.learn(5000, 'other');
});

function open(options) {
  return house.open({ path: '/#learn', ...options });
}

async function openWith(name, rule = 'beads') {
  await house.daemon.create(name, rule);
  const page = await open();
  await inView(page, '.train-form').getByLabel('Brain').selectOption(name);
  return page;
}

async function start(page, matches) {
  await page.getByLabel('Matches', { exact: true }).fill(matches);
  await page.getByRole('button', { name: /Start training|and train it/ }).click();
}

function card(page, brain, state) {
  return inView(page, `.job[data-state=${state}]`).filter({ hasText: brain });
}

// How many points the charts have, all lines together.
async function points(page) {
  const counts = await inView(page, 'canvas').evaluateAll((all) => all.map((it) => Number(it.dataset.points)));
  return counts.reduce((sum, count) => sum + count, 0);
}

// Whether anything of the colours of lines is drawn.
function hasInk(page) {
  return inView(page, 'canvas').first().evaluate((canvas) => {
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    let blue = 0;
    for (let i = 0; i < data.length; i += 4)
      if (data[i + 3] > 200 && data[i + 2] > data[i] + 80) blue++;
    return blue > 100;
  });
}

test('a job is watched from its start to its end while the chart is drawn', async () => {
  const page = await openWith('runner');
  await page.getByText('runner has no curve yet').waitFor();
  await start(page, '3M');
  const seen = new Set();
  await eventually('the job is done and has drawn its curve', async () => {
    seen.add(await points(page));
    return card(page, 'runner', 'done').count();
  });
  const { points: curve } = await house.daemon.ask('GET', '/brains/runner/curve');
  await eventually('all points stand in both charts, for both policies', async () =>
    (await points(page)) === curve.length * 4);
  assert.equal(await hasInk(page), true);
  await card(page, 'runner', 'done').getByText('3,000,000 of 3,000,000').waitFor();
  assert.match(await card(page, 'runner', 'done').locator('.results-words').innerText(), /✕ won \d+/);
  await page.check();
});

test('a running job tells its matches, speed and results, and stops when asked', async () => {
  const page = await openWith('endless');
  await start(page, ENDLESS);
  const running = card(page, 'endless', 'running');
  const done = async () => Number((await running.locator('.figures dd').first().innerText()).split(' ')[0].replace(/,/g, ''));
  await eventually('matches are done', async () => (await running.count()) && (await done()) > 0);
  const before = await done();
  await eventually('more are done', async () => (await done()) > before);
  assert.match(await running.locator('.figures dd').nth(1).innerText(), /\d/);
  await running.getByRole('button', { name: /Stop job/ }).click();
  await card(page, 'endless', 'stopped').waitFor();
  await page.check();
});

test('a job that was started elsewhere is shown as it runs', async () => {
  await house.daemon.create('remote', 'beads');
  const job = await house.daemon.ask('POST', '/train', { matches: 2 ** 53, brain: 'remote' });
  const page = await open();
  await card(page, 'remote', 'running').waitFor();
  await house.daemon.ask('DELETE', `/train/${job.id}`);
  await card(page, 'remote', 'stopped').waitFor();
  await page.check();
});

test('rule, opponent, side, goal and workers go into the job', async () => {
  const page = await openWith('detailed');
  await page.getByText('Rule, opponent, goal, workers').click();
  await page.getByLabel('Opponent').selectOption('brain:other');
  await page.getByLabel('Who learns').selectOption('2');
  await page.getByLabel('Until').selectOption('never');
  await page.getByLabel('Workers').fill('3');
  await start(page, '1000');
  await card(page, 'detailed', 'done').waitFor();
  const { jobs } = await house.daemon.ask('GET', '/train?brain=detailed');
  const { opponent, learn, until, workers, matches } = jobs[0];
  assert.deepEqual({ opponent, learn, until, workers, matches }, {
    opponent: { brain: 'other' }, learn: [2], until: { never_loses: true }, workers: 3, matches: 1000,
  });
  await page.check();
});

test('another rule is tried in a new brain', async () => {
  const page = await open();
  await page.getByText('Rule, opponent, goal, workers').click();
  await inView(page, '.train-form').getByLabel('Rule').selectOption('menace');
  await start(page, '1000');
  await card(page, 'menace', 'done').waitFor();
  const { rule, matches } = await house.daemon.ask('GET', '/brains/menace');
  assert.deepEqual({ rule, matches }, { rule: 'menace', matches: 1000 });
  await page.check();
});

test('a number of matches that is none is refused at its field', async () => {
  const page = await open();
  await start(page, 'many');
  await page.getByText('Matches: a whole number').waitFor();
  assert.equal(await page.evaluate(() => document.activeElement.getAttribute('aria-invalid')), 'true');
  await page.check();
});

test('what the server refuses is told in its words', async () => {
  const page = await open();
  await start(page, '9007199254740993000');
  await inView(page, '.train-form [role=alert]').getByText(/^matches: /).waitFor();
  await page.check();
});

test('each quantity is explained in a sentence', async () => {
  const page = await openWith('explained');
  for (const quantity of ['Worst-case loss', 'Wins against random', 'Exploitability']) {
    await page.getByLabel(quantity).check();
    assert.match(await inView(page, '.explanation').innerText(), new RegExp(`^${quantity}\\. \\w.{60,}`));
  }
  await page.check();
});

test('the curves of two brains are laid over each other, by one policy or both', async () => {
  await house.daemon.create('first', 'beads');
  await house.daemon.learn(100, 'first');
  const page = await open();
  await inView(page, '.train-form').getByLabel('Brain').selectOption('first');
  const { points: mine } = await house.daemon.ask('GET', '/brains/first/curve');
  const { points: others } = await house.daemon.ask('GET', '/brains/other/curve');
  await page.getByLabel('Compare with').selectOption('other');
  await page.getByRole('radio', { name: 'heaviest' }).check();
  const titles = ['first, heaviest', 'other, heaviest'];
  await eventually('both lines stand in both charts', async () =>
    (await points(page)) === 2 * (mine.length + others.length));
  assert.deepEqual(await inView(page, '.legend li').allInnerTexts(), titles);
  await page.getByText('These figures as a table').click();
  await inView(page, 'tbody tr').filter({ hasText: '1,000' }).waitFor();
  await page.check();
});

// A server that has events is followed by them alone.
test('server-sent events are read where there are any, with what was missed after a break', async () => {
  const page = await openWith('streamed');
  const evaluation = {
    matches: 10, random: {}, worst_case_loss: { as_player1: 1, as_player2: 0.5 }, exploitability: 0.5,
  };
  const point = { matches: 10, sample: evaluation, greedy: evaluation };
  const asked = [];
  await page.route('**/train/*/events', async (route) => {
    const id = Number(/train\/(\d+)/.exec(route.request().url())[1]);
    const job = await house.daemon.ask('GET', `/train/${id}`);
    asked.push(route.request().headers()['last-event-id']);
    const event = (name, type, data) => `id: ${name}\r\nevent: ${type}\r\ndata: ${JSON.stringify(data)}\r\n\r\n`;
    const body = asked.length === 1
      ? `: ping\n\n${event(1, 'progress', { ...job, state: 'running', matches_done: 123 })}`
      : event(2, 'evaluation', point) + event(3, 'end', { ...job, state: 'done', matches_done: 456 });
    await route.fulfill({ status: 200, contentType: 'text/event-stream', body });
  });
  await start(page, '1000');
  await card(page, 'streamed', 'done').getByText('456 of 1,000').waitFor();
  assert.deepEqual(asked, [undefined, '1']);
  await page.check();
});
