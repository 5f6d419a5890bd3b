// Which brain plays, at which age, and how it turns weights into moves.

import type { Checkpoint, Policy } from '../api/types';
import { listCheckpoints } from '../api/daemon';
import { brainNamed, brains, choice, choose } from '../choice';
import { fill, h, show } from '../dom';
import { matches } from '../format';
import { POLICIES } from '../words';
import { BrainSelect } from './brain_select';
import { field, refill } from './fields';

type PolicyKind = keyof typeof POLICIES;

const FIRST_POWER = 4;

function kindOf(policy: Policy): PolicyKind {
  return typeof policy === 'string' ? policy : 'power';
}

export function ageTitle(checkpoint: Checkpoint): string {
  const isAutomatic = /^[0-9]/.test(checkpoint.name);
  return isAutomatic ? `after ${matches(checkpoint.matches)}`
    : `“${checkpoint.name}”, after ${matches(checkpoint.matches)}`;
}

// The choice of the brain that the whole page is about.
export function chosenBrainSelect(): BrainSelect {
  const select: BrainSelect = new BrainSelect({
    label: 'Brain', titleOf: ({ name, rule }) => `${name} (rule ${rule})`,
    onChange: () => choose({ brain: select.value, checkpoint: null }),
  });
  return select;
}

export class Picker {
  readonly element: HTMLElement;
  private readonly brain = chosenBrainSelect();
  private readonly age = h('select', {
    onchange: () => choose({ checkpoint: this.age.value || null }),
  });
  private readonly policy = h('select', { onchange: () => this.onPolicy() });
  private readonly power = h('input', {
    type: 'range', min: 0.5, max: 16, step: 0.5, oninput: () => this.onPolicy(),
  });
  private readonly powerField: HTMLElement;
  private readonly powerLabel = h('output', {});
  private readonly policyAbout = h('p', { class: 'hint' });
  private asked = '';

  constructor() {
    this.powerField = h('div', {}, field('Power', this.power), this.powerLabel);
    this.element = h('div', { class: 'picker' },
      this.brain.element,
      field('Age', this.age, 'Younger selves are kept along the way: meet it as it was then.'),
      field('Picks its moves', this.policy), this.powerField, this.policyAbout);
    brains.watch(() => this.draw(true));
    choice.watch(() => this.draw(false));
  }

  private onPolicy(): void {
    const kind = this.policy.value as PolicyKind;
    choose({ policy: kind === 'power' ? { power: Number(this.power.value) } : kind });
  }

  private draw(areBrainsNew: boolean): void {
    const { brain, policy } = choice.value;
    this.brain.show(brains.value, brain);
    const known = brainNamed(brain);
    this.drawPolicy(policy);
    if (known && (areBrainsNew || this.asked !== brain)) void this.askForAges(brain);
    else this.age.value = choice.value.checkpoint ?? '';
  }

  private drawPolicy(policy: Policy): void {
    const kind = kindOf(policy);
    const list = Object.entries(POLICIES).map(([value, { title }]) => ({ value, title }));
    refill(this.policy, list, kind);
    const power = typeof policy === 'string' ? FIRST_POWER : policy.power;
    this.power.value = String(power);
    this.powerLabel.textContent = `weight to the power of ${power}`;
    show(this.powerField, kind === 'power');
    fill(this.policyAbout, POLICIES[kind].explanation);
  }

  private async askForAges(brain: string): Promise<void> {
    this.asked = brain;
    const kept = await listCheckpoints(brain).catch(() => [] as Checkpoint[]);
    if (this.asked !== brain) return;
    const now = `now, after ${matches(brainNamed(brain)?.matches ?? 0)}`;
    const list = [
      { value: '', title: now },
      ...kept.map((one) => ({ value: one.name, title: ageTitle(one) })),
    ];
    const { checkpoint } = choice.value;
    const isThere = checkpoint === null || kept.some((one) => one.name === checkpoint);
    refill(this.age, list, isThere ? checkpoint ?? '' : '');
    if (!isThere) choose({ checkpoint: null });
  }
}
