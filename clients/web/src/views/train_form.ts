// The form that starts a training job.

import type { Brain, Job, JobRequest, Opponent, RuleName, Until } from '../api/types';
import { createBrain, startJob } from '../api/daemon';
import { Failure } from '../api/http';
import { brainNamed, brains, choice, choose, freeName, refreshBrain } from '../choice';
import { fill, h, show } from '../dom';
import { readCount } from '../format';
import type { Player } from '../game';
import { BrainSelect } from '../parts/brain_select';
import { field, options, refill } from '../parts/fields';
import { explanation } from '../parts/notice';
import { chosenBrainSelect } from '../parts/picker';
import { RULES } from '../words';

const AMOUNTS = ['1,000', '100,000', '10 M', '1 B'];
const WORKERS_MAX = 64;

const OPPONENTS = [
  { value: 'self', title: 'itself' },
  { value: 'random', title: 'a random player' },
  { value: 'perfect', title: 'a perfect player' },
];

const GOALS = [
  { value: '', title: 'all matches are played' },
  { value: 'never', title: 'it never loses (heaviest moves)' },
  { value: 'exploit', title: 'its exploitability is below 0.01 (by weight)' },
];

const SIDES = [
  { value: '12', title: 'both players' },
  { value: '1', title: '✕, the first player' },
  { value: '2', title: '○, the second player' },
];

export class TrainForm {
  readonly element: HTMLFormElement;
  private readonly brain = chosenBrainSelect();
  private shownFor: string | undefined;
  private readonly rule = h('select', { onchange: () => this.draw() });
  private readonly ruleNote = h('p', { class: 'hint' });
  private readonly amount = h('input', { value: '100,000', required: true, inputmode: 'text', autocomplete: 'off' });
  private readonly workers = h('input', { type: 'number', min: 1, max: WORKERS_MAX, value: 1, required: true });
  private readonly opponent = new BrainSelect({
    label: 'Opponent', about: 'Who makes the moves of the player that does not learn.',
    titleOf: ({ name }) => `${name}, as it is now`, prefix: 'brain:', fixed: OPPONENTS,
    onChange: () => this.draw(),
  });
  private readonly side = h('select', {}, ...options(SIDES, '12'));
  private readonly sideField = field('Who learns', this.side,
    'The other player’s weights stay as they are.');
  private readonly goal = h('select', {}, ...options(GOALS, ''));
  private readonly error = h('p', { class: 'error', role: 'alert', hidden: true });
  private readonly start = h('button', { class: 'primary' }, 'Start training');

  constructor(private readonly onStart: (job: Job) => void) {
    this.element = h('form', { class: 'card train-form', onsubmit: (event: Event) => this.onSubmit(event) },
      h('h2', {}, 'Let it learn'),
      this.brain.element,
      this.amountField(),
      this.more(),
      this.error,
      h('div', { class: 'row' }, this.start));
    brains.watch(() => this.drawBrains());
    choice.watch(() => this.drawBrains());
  }

  private amountField(): HTMLElement {
    const chips = AMOUNTS.map((text) => h('button', {
      type: 'button', class: 'chip', onclick: () => { this.amount.value = text; },
    }, text));
    return h('div', {},
      field('Matches', this.amount, 'How many it plays and learns from, on top of those it has.'),
      h('div', { class: 'row chips', role: 'group', 'aria-label': 'Common numbers of matches' }, ...chips));
  }

  private more(): HTMLElement {
    return h('details', {}, h('summary', {}, 'Rule, opponent, goal, workers'),
      h('div', { class: 'field-grid' },
        h('div', {}, field('Rule', this.rule), this.ruleNote),
        this.opponent.element,
        this.sideField,
        field('Until', this.goal, 'What ends it early. Judged exactly, at the points of the curve.'),
        field('Workers', this.workers, 'So many shares are played side by side and merged after each ' +
          'round: faster where the server has threads for them, and a little other in what is learned.')));
  }

  private drawBrains(): void {
    this.brain.show(brains.value, choice.value.brain);
    const brain = brainNamed(choice.value.brain);
    const rules = Object.keys(RULES).map((rule) => ({
      value: rule,
      title: rule === brain?.rule ? `${rule} (${brain.name}’s)` : `${rule}, in a new brain`,
    }));
    const isOther = brain?.name !== this.shownFor || this.rule.value === '';
    this.shownFor = brain?.name;
    refill(this.rule, rules, isOther ? brain?.rule ?? 'beads' : this.rule.value);
    this.opponent.show(brains.value.filter((one) =>
      one.name !== brain?.name && one.options.symmetry === brain?.options.symmetry));
    this.draw();
  }

  private draw(): void {
    const rule = this.rule.value as RuleName;
    fill(this.ruleNote, RULES[rule].explanation);
    const isSelf = this.opponent.value === 'self';
    this.side.options[0]!.disabled = !isSelf;
    if (!isSelf && this.side.value === '12') this.side.value = '1';
    this.start.textContent = this.needsBrain() ? `Create “${this.newName()}” and train it` : 'Start training';
  }

  private needsBrain(): boolean {
    const brain = brainNamed(choice.value.brain);
    return brain !== undefined && this.rule.value !== brain.rule;
  }

  private newName(): string {
    return freeName(this.rule.value);
  }

  private readOpponent(): Opponent {
    const { value } = this.opponent;
    return value.startsWith('brain:') ? { brain: value.slice('brain:'.length) }
      : value as 'self' | 'random' | 'perfect';
  }

  private readGoal(): Until {
    if (this.goal.value === 'never') return { never_loses: true };
    return this.goal.value === 'exploit' ? { exploitability_below: 0.01, policy: 'sample' } : null;
  }

  private read(brain: string): JobRequest {
    return {
      brain,
      matches: readCount(this.amount.value),
      workers: Number(this.workers.value),
      learn: [...this.side.value].map((side) => Number(side) as Player),
      opponent: this.readOpponent(),
      until: this.readGoal(),
    };
  }

  private complain(words: (Node | string)[], control: HTMLElement | null): void {
    fill(this.error, ...words);
    show(this.error, true);
    control?.setAttribute('aria-invalid', 'true');
    control?.focus();
  }

  private onSubmit(event: Event): void {
    event.preventDefault();
    show(this.error, false);
    this.amount.removeAttribute('aria-invalid');
    if (!(readCount(this.amount.value) >= 1)) {
      this.complain(['Matches: a whole number, as 1000, 1e6, 100k or 2.5M.'], this.amount);
      return;
    }
    this.start.disabled = true;
    void this.run().finally(() => { this.start.disabled = false; });
  }

  private async run(): Promise<void> {
    try {
      const brain = this.needsBrain() ? (await this.create()).name : choice.value.brain;
      this.onStart(await startJob(this.read(brain)));
    } catch (error) {
      const field = error instanceof Failure ? error.field : null;
      this.complain(explanation(error), field === 'matches' ? this.amount : field === 'workers' ? this.workers : null);
    }
  }

  private async create(): Promise<Brain> {
    const brain = await createBrain(this.newName(), this.rule.value as RuleName, {});
    await refreshBrain(brain.name);
    choose({ brain: brain.name, checkpoint: null });
    return brain;
  }
}
