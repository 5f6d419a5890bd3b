// The choice of a brain: a select. Of many brains it has only the first that match a search field above it, since
// nobody scrolls through ten thousand options, and a browser takes its time to lay them out. Both are native
// elements, which every keyboard and screen reader knows.

import type { Brain } from '../api/types';
import { brainsLike, FEW } from '../choice';
import { h, say } from '../dom';
import { whole } from '../format';
import { field, refill, searchInput } from './fields';
import type { Choosable } from './fields';

export interface BrainSelectOptions {
  label: string;
  about?: string;
  titleOf: (brain: Brain) => string;
  prefix?: string; // of the values that are brains' names
  fixed?: Choosable[]; // before the brains
  onChange: () => void;
}

export class BrainSelect {
  readonly element = h('div', { class: 'stack' });
  private readonly select: HTMLSelectElement;
  private readonly search = searchInput(() => this.draw(this.value));
  private readonly searchField: HTMLElement;
  private readonly count = h('p', { class: 'hint', role: 'status' });
  private list: Brain[] = [];
  private found: Brain[] = [];

  constructor(private readonly options: BrainSelectOptions) {
    this.select = h('select', { onchange: options.onChange });
    this.search.addEventListener('keydown', (event) => this.onKey(event));
    this.searchField = h('div', {}, field(`${options.label}: search`, this.search), this.count);
    this.element.append(field(options.label, this.select, options.about));
  }

  get value(): string {
    return this.select.value;
  }

  // Shows these brains. What was chosen stays so where it is among them.
  show(list: Brain[], chosen = this.value): void {
    this.list = list;
    if (list.length <= FEW) this.searchField.remove();
    else if (!this.searchField.parentNode) this.element.prepend(this.searchField);
    this.draw(chosen);
  }

  private valueOf(brain: Brain): string {
    return `${this.options.prefix ?? ''}${brain.name}`;
  }

  private draw(chosen: string): void {
    const { fixed = [], titleOf } = this.options;
    this.found = brainsLike(this.list.length > FEW ? this.search.value : '', this.list);
    const shown = this.found.slice(0, FEW);
    const current = this.list.find((brain) => this.valueOf(brain) === chosen);
    if (current && !shown.includes(current)) shown.unshift(current); // searching alone changes no choice
    const options = [...fixed, ...shown.map((brain) => ({ value: this.valueOf(brain), title: titleOf(brain) }))];
    const isThere = options.some(({ value }) => value === chosen);
    refill(this.select, options, isThere ? chosen : fixed[0]?.value ?? chosen);
    say(this.count, `Listed: ${whole(Math.min(this.found.length, FEW))} of ${whole(this.found.length)} that match. ` +
      'Enter chooses the first.');
  }

  // Enter would send the form that this may be in.
  private onKey(event: KeyboardEvent): void {
    if (event.key !== 'Enter') return;
    event.preventDefault();
    if (this.found.length === 0) return;
    this.draw(this.valueOf(this.found[0]!));
    this.options.onChange();
  }
}
