// How strong a brain is, at a glance: its worst case as each player, playing its heaviest moves.

import type { Brain, Evaluation } from '../api/types';
import { evaluate } from '../api/daemon';
import { stateOf } from '../choice';
import { fill, h } from '../dom';
import { percent } from '../format';

const known = new Map<string, { state: string; evaluation: Evaluation }>();

function meter(title: string, loss: number, neverLoses: boolean): HTMLElement {
  const words = neverLoses ? 'never loses' : `loses ${percent(loss)} at worst`;
  const bar = h('span', { class: neverLoses ? 'strength-bar is-safe' : 'strength-bar', 'aria-hidden': 'true' });
  bar.style.setProperty('--safe', String(1 - loss));
  return h('div', { class: 'strength-row' },
    h('span', {}, title), bar, h('span', { class: 'strength-words' }, `${neverLoses ? '✓ ' : ''}${words}`));
}

export class Strength {
  readonly element = h('div', { class: 'strength' }, h('p', { class: 'hint' }, '…'));

  // Only for those that are seen: there may be a thousand.
  constructor(private readonly brain: Brain) {
    const observer = new IntersectionObserver((entries) => {
      if (!entries.some((entry) => entry.isIntersecting)) return;
      observer.disconnect();
      void this.load();
    });
    const cached = known.get(brain.name);
    if (cached?.state === stateOf(brain)) this.show(cached.evaluation);
    else observer.observe(this.element);
  }

  private async load(): Promise<void> {
    try {
      const evaluation = await evaluate(this.brain.name, 'greedy');
      known.set(this.brain.name, { state: stateOf(this.brain), evaluation });
      this.show(evaluation);
    } catch {
      fill(this.element, h('p', { class: 'hint' }, 'Its strength could not be worked out.'));
    }
  }

  private show(evaluation: Evaluation): void {
    const { worst_case_loss: loss, never_loses: never } = evaluation;
    fill(this.element,
      meter('✕ first', loss.as_player1, never.as_player1),
      meter('○ second', loss.as_player2, never.as_player2));
  }
}
