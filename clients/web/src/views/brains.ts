// All brains, and how more of them come to be.

import type { Brain } from '../api/types';
import { brains, brainsLike, looksOf } from '../choice';
import { fill, h, say, show } from '../dom';
import { whole } from '../format';
import { field, options, searchInput } from '../parts/fields';
import { brainCard } from './brain_card';
import { CreateForm, ImportForm } from './create';

const UNSORTED_MAX = 12; // so many are taken in at a glance
const CARDS_A_PAGE = 60;
const TYPING_MS = 150;

type Order = (brain: Brain) => number | string;

const ORDERS: Record<string, { title: string; falling?: Order }> = {
  name: { title: 'name' }, // as they come
  matches: { title: 'most matches', falling: (brain) => brain.matches },
  created: { title: 'newest', falling: (brain) => brain.created_at },
  saved: { title: 'last saved', falling: (brain) => brain.saved_at },
};

function sorted(list: Brain[], falling: Order): Brain[] {
  return [...list].sort((a, b) => Number(falling(b) > falling(a)) - Number(falling(b) < falling(a)));
}

interface Card {
  looks: string;
  element: HTMLElement;
}

// Puts a new card in place of an old one, with what is open and where the focus is.
function replace(old: HTMLElement, brain: Brain): HTMLElement {
  const element = brainCard(brain);
  const label = old.contains(document.activeElement) && document.activeElement?.getAttribute('aria-label');
  element.querySelector('details')!.open = old.querySelector('details')!.open;
  old.replaceWith(element);
  if (label) element.querySelector<HTMLElement>(`[aria-label="${CSS.escape(label)}"]`)?.focus();
  return element;
}

export class BrainsView {
  readonly element: HTMLElement;
  private readonly list = h('div', { class: 'brains' });
  private readonly search = searchInput(() => this.onSearch());
  private readonly order = h('select', { onchange: () => this.restart() },
    ...options(Object.entries(ORDERS).map(([value, { title }]) => ({ value, title })), 'name'));
  private readonly count = h('p', { class: 'hint', role: 'status' });
  private readonly controls: HTMLElement;
  private readonly more = h('button', { type: 'button', onclick: () => this.onMore() }, 'Show more');
  private cards = new Map<string, Card>();
  private limit = CARDS_A_PAGE;
  private typing = 0;

  constructor() {
    this.controls = h('div', {},
      h('div', { class: 'brains-controls', role: 'search' },
        field('Search', this.search), field('Sort by', this.order)),
      this.count);
    this.element = h('section', { class: 'view', 'aria-labelledby': 'brains-title' },
      h('header', { class: 'intro' },
        h('h1', { id: 'brains-title' }, 'Brains'),
        h('p', {}, 'Each has its own weights and its own rule to learn by. The bars tell how strong each is: how ' +
          'often it would still lose to an opponent who knows it by heart, when it plays its heaviest moves.')),
      this.controls, this.list, this.more,
      h('div', { class: 'forms' }, new CreateForm().element, new ImportForm().element));
    brains.watch(() => this.draw());
  }

  // Each card that is seen asks the server how strong its brain is, so none are made for half a word.
  private onSearch(): void {
    clearTimeout(this.typing);
    this.typing = window.setTimeout(() => this.restart(), TYPING_MS);
  }

  private restart(): void {
    this.limit = CARDS_A_PAGE;
    this.draw();
  }

  // The focus goes to the first of those that come.
  private onMore(): void {
    const before = this.cards.size;
    this.limit += CARDS_A_PAGE;
    this.draw();
    this.list.children[before]?.querySelector('a')?.focus();
  }

  private draw(): void {
    const all = brains.value;
    const areFew = all.length <= UNSORTED_MAX;
    show(this.controls, !areFew);
    const { falling } = ORDERS[areFew ? 'name' : this.order.value]!;
    const found = areFew ? all : brainsLike(this.search.value, all);
    const shown = (falling ? sorted(found, falling) : found).slice(0, this.limit);
    this.drawCards(shown);
    show(this.more, shown.length < found.length);
    const others = found.length < all.length ? ` that match, of ${whole(all.length)} brains` : ' brains';
    say(this.count, `Shown: ${whole(shown.length)} of ${whole(found.length)}${others}.`);
  }

  private drawCards(list: Brain[]): void {
    const isSameList = list.map(({ name }) => name).join() === [...this.cards.keys()].join();
    this.cards = new Map(list.map((brain) => [brain.name, this.cardOf(brain)]));
    if (isSameList) return;
    const focused = document.activeElement;
    fill(this.list, ...[...this.cards.values()].map(({ element }) => element));
    if (focused instanceof HTMLElement && this.list.contains(focused)) focused.focus({ preventScroll: true });
  }

  // The one that is there, if it would look the same.
  private cardOf(brain: Brain): Card {
    const old = this.cards.get(brain.name);
    const looks = looksOf(brain);
    if (old?.looks === looks) return old;
    return { looks, element: old ? replace(old.element, brain) : brainCard(brain) };
  }
}
