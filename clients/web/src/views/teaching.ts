// Letting the brain learn from the visitor's matches.

import type { Lesson } from '../api/types';
import { learnMatch } from '../api/daemon';
import { Failure, newKey } from '../api/http';
import { brainNamed, brains, choice, refreshBrain } from '../choice';
import { fill, h } from '../dom';
import { toggle } from '../parts/fields';
import { complain } from '../parts/notice';
import { lessonTable } from './lesson';

export class Teaching {
  readonly element: HTMLElement;
  hasTaught = false;
  private isOn = false;
  private readonly note = h('p', { class: 'hint' });
  private readonly outcome = h('div', { role: 'status' });

  constructor() {
    this.element = h('div', { class: 'card' },
      h('h2', {}, 'Be its teacher'),
      toggle('Let it learn from my matches', false, (isOn) => {
        this.isOn = isOn;
        this.draw();
      }), this.note, this.outcome);
    brains.watch(() => this.draw());
  }

  draw(): void {
    const { brain, checkpoint } = choice.value;
    const job = brainNamed(brain)?.training ?? null;
    fill(this.note, ...(checkpoint !== null
      ? [`A kept age of a brain does not change. Choose the age “now” to teach ${brain}.`]
      : job !== null
        ? [`Job ${job} is training ${brain}, so it learns nothing from you until that is over. `,
          h('a', { href: '#learn' }, 'Watch or stop it')]
        : [this.isOn ? 'When a match is over, you will see which weights it changed.'
          : 'A finished match changes the weights of its moves, just as in training.']));
  }

  clear(): void {
    this.hasTaught = false;
    fill(this.outcome);
  }

  // A match is over: teaches it, if that is wanted.
  async offer(moves: number[]): Promise<void> {
    if (!this.isOn || choice.value.checkpoint !== null) return;
    await this.teach(choice.value.brain, moves, newKey());
  }

  // The key makes it safe to try again where it is not known whether the first try arrived.
  private async teach(brain: string, moves: number[], key: string): Promise<void> {
    try {
      const lesson = await learnMatch(brain, moves, key);
      this.hasTaught = true;
      this.tell(lesson);
      await refreshBrain(brain);
    } catch (error) {
      if (this.hasTaught) return;
      const isBusy = error instanceof Failure && error.status === 409;
      if (!isBusy) complain('The brain has not learned.', error);
      fill(this.outcome, h('p', {},
        isBusy ? `${brain} has not learned this match: ${error.message}. ` : 'This match is not learned yet. ',
        h('button', { type: 'button', class: 'small', onclick: () => void this.teach(brain, moves, key) },
          'Try again')));
      if (isBusy) await refreshBrain(brain).catch(() => {});
    }
  }

  private tell(lesson: Lesson): void {
    fill(this.outcome, lessonTable(lesson));
  }
}
