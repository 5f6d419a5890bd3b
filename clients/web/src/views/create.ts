// The form that creates a brain, and the one that imports it from a file.

import type { Options, RuleName } from '../api/types';
import { createBrain, importBrain } from '../api/daemon';
import { Failure } from '../api/http';
import { brains, freeName, refreshBrain } from '../choice';
import { fill, h, show } from '../dom';
import { NAME_HINT, NAME_PATTERN } from '../parts/dialog';
import { field, options } from '../parts/fields';
import { explanation, tell } from '../parts/notice';
import { DEFAULTS, OPTIONS, RULES } from '../words';
import type { OptionField } from '../words';

const SCORINGS = [
  { value: 'ttst', title: 'a win for the second player' },
  { value: 'standard', title: 'a draw' },
];

type Control = HTMLInputElement | HTMLSelectElement;

function nameInput(value: string): HTMLInputElement {
  return h('input', {
    value, required: true, pattern: NAME_PATTERN, title: NAME_HINT, autocomplete: 'off',
    autocapitalize: 'none', spellcheck: 'false',
  });
}

function control({ kind, min, max }: OptionField): Control {
  if (kind === 'scoring') return h('select', {}, ...options(SCORINGS, 'ttst'));
  if (kind === 'flag') return h('input', { type: 'checkbox' });
  return h('input', { type: 'number', min: min!, max: max!, step: kind === 'share' ? 'any' : 1, required: true });
}

function errorLine(): HTMLElement {
  return h('p', { class: 'error', role: 'alert', hidden: true });
}

export class CreateForm {
  readonly element: HTMLFormElement;
  private readonly name = nameInput('');
  private isNameTheirs = false; // not one that was suggested
  private readonly rule = h('select', { onchange: () => this.takeDefaults() },
    ...options(Object.entries(RULES).map(([value, { title }]) => ({ value, title })), 'guard'));
  private readonly ruleNote = h('p', { class: 'hint' });
  private readonly controls = new Map<string, Control>();
  private readonly error = errorLine();

  constructor() {
    for (const option of OPTIONS) this.controls.set(option.name, control(option));
    this.controls.get('scoring')!.addEventListener('change', () => this.fitDrawReward());
    this.element = h('form', { class: 'card', onsubmit: (event: Event) => this.onSubmit(event) },
      h('h2', {}, 'Create a brain'),
      field('Name', this.name, NAME_HINT),
      field('Rule', this.rule), this.ruleNote,
      h('details', {}, h('summary', {}, 'All options'),
        h('div', { class: 'field-grid' }, ...OPTIONS.map((option) =>
          field(option.label, this.controls.get(option.name)!, option.explanation)))),
      this.error,
      h('div', { class: 'row' }, h('button', { class: 'primary' }, 'Create')));
    this.takeDefaults();
    this.name.addEventListener('input', () => { this.isNameTheirs = true; });
    brains.watch(() => {
      if (!this.isNameTheirs) this.name.value = freeName('strong');
    });
  }

  private takeDefaults(): void {
    const rule = this.rule.value as RuleName;
    fill(this.ruleNote, RULES[rule].explanation);
    for (const [name, value] of Object.entries(DEFAULTS[rule])) {
      const element = this.controls.get(name)!;
      if (element instanceof HTMLInputElement && element.type === 'checkbox') element.checked = value === true;
      else element.value = String(value);
    }
    const scoring = this.controls.get('scoring') as HTMLSelectElement;
    scoring.disabled = rule === 'guard'; // it proves things that are true of standard scoring alone
    this.fitDrawReward();
  }

  // Where a full board is a win there are no draws to reward.
  private fitDrawReward(): void {
    const reward = this.controls.get('draw_reward') as HTMLInputElement;
    reward.disabled = this.controls.get('scoring')!.value === 'ttst';
    if (reward.disabled) reward.value = '0';
  }

  // What differs from the rule's own options; the daemon knows the rest.
  private read(): Options {
    const defaults = DEFAULTS[this.rule.value as RuleName];
    const chosen: Options = {};
    for (const { name, kind } of OPTIONS) {
      const element = this.controls.get(name)!;
      const value = kind === 'flag' ? (element as HTMLInputElement).checked
        : kind === 'scoring' ? element.value : Number(element.value);
      if (value !== defaults[name]) chosen[name] = value;
    }
    return chosen;
  }

  private onSubmit(event: Event): void {
    event.preventDefault();
    void this.create();
  }

  private async create(): Promise<void> {
    const name = this.name.value;
    show(this.error, false);
    for (const element of [this.name, ...this.controls.values()]) element.removeAttribute('aria-invalid');
    try {
      await createBrain(name, this.rule.value as RuleName, this.read());
      await refreshBrain(name);
      this.isNameTheirs = false;
      this.name.value = freeName(name);
      tell(`${name} is born. Train it next.`);
    } catch (error) {
      fill(this.error, ...explanation(error));
      show(this.error, true);
      this.pointAt(error);
    }
  }

  // Takes the visitor to the field that was refused.
  private pointAt(error: unknown): void {
    const named = error instanceof Failure ? error.field?.replace('options.', '') : undefined;
    const element = named === 'name' ? this.name : this.controls.get(named ?? '');
    if (!element) return;
    element.closest('details')?.setAttribute('open', '');
    element.setAttribute('aria-invalid', 'true');
    element.focus();
  }
}

export class ImportForm {
  readonly element: HTMLFormElement;
  private readonly file = h('input', {
    type: 'file', accept: '.json,application/json', required: true, onchange: () => this.suggest(),
  });
  private readonly name = nameInput('');
  private readonly error = errorLine();

  constructor() {
    this.element = h('form', { class: 'card', onsubmit: (event: Event) => this.onSubmit(event) },
      h('h2', {}, 'Import a brain'),
      field('File', this.file, 'A file that Export has made. It is checked whole before anything is changed.'),
      field('Name', this.name, 'Of a new brain; or of one that is there with the same rule and options, ' +
        'whose weights it replaces.'),
      this.error,
      h('div', { class: 'row' }, h('button', { class: 'primary' }, 'Import')));
  }

  private suggest(): void {
    const stem = this.file.files?.[0]?.name.replace(/\.json$/, '').toLowerCase().replace(/[^a-z0-9_-]+/g, '-') ?? '';
    if (this.name.value === '' && /^[a-z]/.test(stem)) this.name.value = freeName(stem);
  }

  private onSubmit(event: Event): void {
    event.preventDefault();
    void this.import();
  }

  private async import(): Promise<void> {
    const name = this.name.value;
    show(this.error, false);
    try {
      await importBrain(name, await this.file.files![0]!.text());
      await refreshBrain(name);
      this.element.reset();
      tell(`${name} is imported.`);
    } catch (error) {
      fill(this.error, ...explanation(error));
      show(this.error, true);
    }
  }
}
