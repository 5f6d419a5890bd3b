// Fields of forms: each has its label, and a sentence on what it is.

import { fill, h, newId } from '../dom';

export interface Choosable {
  value: string;
  title: string;
}

export function options(list: Choosable[], chosen: string): HTMLOptionElement[] {
  return list.map(({ value, title }) => h('option', { value, selected: value === chosen }, title));
}

// The same, in place of those of a select; one that is open stays open if they are the same.
export function refill(select: HTMLSelectElement, list: Choosable[], chosen: string): void {
  const isSame = list.length === select.options.length && list.every(({ value, title }, index) =>
    select.options[index]!.value === value && select.options[index]!.text === title);
  if (!isSame) fill(select, ...options(list, chosen));
  select.value = chosen;
}

export function field(label: string, control: HTMLElement, explanation?: string): HTMLElement {
  control.id ||= newId('field');
  const id = newId('hint');
  if (explanation) control.setAttribute('aria-describedby', id);
  return h('div', { class: 'field' },
    h('label', { for: control.id }, label), control,
    explanation ? h('p', { class: 'hint', id }, explanation) : null);
}

export function searchInput(onInput: () => void): HTMLInputElement {
  return h('input', {
    type: 'search', placeholder: 'part of the name', autocomplete: 'off', autocapitalize: 'none',
    spellcheck: 'false', oninput: onInput,
  });
}

// A few choices of which one is always made, side by side.
export class Segments {
  readonly element: HTMLElement;

  constructor(label: string, list: Choosable[], chosen: string, onChange: (value: string) => void) {
    const name = newId('segment');
    this.element = h('fieldset', { class: 'segments' }, h('legend', {}, label),
      h('div', { class: 'segment-row' }, ...list.map(({ value, title }) =>
        h('label', {}, h('input', {
          type: 'radio', name, value, checked: value === chosen, onchange: () => onChange(value),
        }), h('span', {}, title)))));
  }

  get value(): string {
    return this.element.querySelector<HTMLInputElement>('input:checked')!.value;
  }

  set value(value: string) {
    for (const input of this.element.querySelectorAll('input')) input.checked = input.value === value;
  }
}

export function toggle(label: string, isOn: boolean, onChange: (isOn: boolean) => void): HTMLElement {
  return h('label', { class: 'toggle' },
    h('input', {
      type: 'checkbox', role: 'switch', checked: isOn,
      onchange: (event: Event) => onChange((event.target as HTMLInputElement).checked),
    }), h('span', {}, label));
}
