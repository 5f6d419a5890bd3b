// The page: its views, which of them is shown, and what happens when the server comes back.

import { link, watchConnection } from './api/connection';
import { setTokenAsker } from './api/http';
import { pollBrains, refreshBrains } from './choice';
import { h, show } from './dom';
import { askForToken } from './parts/dialog';
import { attempt, noticeRegions } from './parts/notice';
import { BrainsView } from './views/brains';
import { InsideView } from './views/inside';
import { LearnView } from './views/learn';
import { PlayView } from './views/play';

const TITLES = { play: 'Play', inside: 'Look inside', learn: 'Learn', brains: 'Brains' };
type Name = keyof typeof TITLES;

// Brains that are trained elsewhere, or by others, grow older on this page too.
const REFRESH_MS = 5000;

const inside = new InsideView();
const learn = new LearnView();
const play = new PlayView((moves) => {
  inside.load(moves);
  location.hash = '#inside';
});
const views = { play, inside, learn, brains: new BrainsView() };

const tabs = new Map(Object.entries(TITLES).map(([name, title]) =>
  [name, h('a', { href: `#${name}`, class: 'tab' }, title)]));

function current(): Name {
  const name = location.hash.slice(1);
  return name in views ? name as Name : 'play';
}

function showView(): void {
  const shown = current();
  for (const [name, view] of Object.entries(views)) show(view.element, name === shown);
  for (const [name, tab] of tabs) {
    if (name === shown) tab.setAttribute('aria-current', 'page');
    else tab.removeAttribute('aria-current');
  }
  document.title = `${TITLES[shown]} – ttstd`;
  scrollTo(0, 0);
  if (shown === 'learn') void learn.refresh();
}

function refresh(): Promise<void> {
  return attempt('The brains could not be listed.', refreshBrains);
}

// Each waits for the one before, however slow the server is.
async function poll(): Promise<void> {
  if (!document.hidden && link.value === 'up') await pollBrains().catch(() => {});
  setTimeout(() => void poll(), REFRESH_MS);
}

async function onReturn(): Promise<void> {
  await refresh();
  play.resume();
  await inside.look();
  await learn.refresh();
}

function build(): void {
  document.getElementById('loading')?.remove();
  const main = h('main', { id: 'main', tabindex: -1 }, ...Object.values(views).map((view) => view.element));
  document.body.append(
    h('a', { href: '#main', class: 'skip', onclick: (event: Event) => {
      event.preventDefault();
      main.focus();
    } }, 'Skip to the content'),
    h('header', { class: 'top' },
      h('a', { href: '#play', class: 'logo' }, document.querySelector('link[rel=icon]')
        ? h('img', { src: document.querySelector<HTMLLinkElement>('link[rel=icon]')!.href, alt: '', width: 28, height: 28 })
        : null, 'ttstd'),
      h('nav', { 'aria-label': 'Views' }, ...tabs.values())),
    ...noticeRegions(() => void onReturn()), main);
}

function start(): void {
  setTokenAsker(askForToken);
  build();
  showView();
  addEventListener('hashchange', () => {
    showView();
    if (current() === 'brains') void refresh();
  });
  void refresh().then(() => {
    void learn.refresh();
    setTimeout(() => void poll(), REFRESH_MS);
  });
  watchConnection();
  let wasDown = false;
  link.watch((state) => {
    if (state === 'up' && wasDown) void onReturn();
    wasDown = state === 'down';
  });
}

start();
