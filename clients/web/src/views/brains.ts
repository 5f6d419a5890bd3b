// All brains, and how more of them come to be.

import type { Brain } from '../api/types';
import { brains, stateOf } from '../choice';
import { fill, h } from '../dom';
import { brainCard } from './brain_card';
import { CreateForm, ImportForm } from './create';

interface Card {
  looks: string;
  element: HTMLElement;
}

function looksOf(brain: Brain): string {
  return JSON.stringify([stateOf(brain), brain.training, brain.last_save_error]);
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
  private cards = new Map<string, Card>();

  constructor() {
    this.element = h('section', { class: 'view', 'aria-labelledby': 'brains-title' },
      h('header', { class: 'intro' },
        h('h1', { id: 'brains-title' }, 'Brains'),
        h('p', {}, 'Each has its own weights and its own rule to learn by. The bars tell how strong each is: how ' +
          'often it would still lose to an opponent who knows it by heart, when it plays its heaviest moves.')),
      this.list,
      h('div', { class: 'forms' }, new CreateForm().element, new ImportForm().element));
    brains.watch((list) => this.draw(list));
  }

  private draw(list: Brain[]): void {
    const isSameList = list.map(({ name }) => name).join() === [...this.cards.keys()].join();
    this.cards = new Map(list.map((brain) => [brain.name, this.cardOf(brain)]));
    if (!isSameList) fill(this.list, ...[...this.cards.values()].map(({ element }) => element));
  }

  // The one that is there, if it would look the same.
  private cardOf(brain: Brain): Card {
    const old = this.cards.get(brain.name);
    const looks = looksOf(brain);
    if (old?.looks === looks) return old;
    return { looks, element: old ? replace(old.element, brain) : brainCard(brain) };
  }
}
