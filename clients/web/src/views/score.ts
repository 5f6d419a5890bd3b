// The running score, for as long as the page is open.

import { fill, h } from '../dom';
import type { Score } from './match';

const TITLES: Record<keyof Score, string> = { won: 'You', drawn: 'Draws', lost: 'Brain' };

export class Scoreboard {
  readonly element = h('div', {});
  private score: Score = { won: 0, drawn: 0, lost: 0 };

  constructor() {
    this.draw();
  }

  add(outcome: keyof Score): void {
    this.score[outcome]++;
    this.draw();
  }

  takeBack(outcome: keyof Score): void {
    this.score[outcome]--;
    this.draw();
  }

  private draw(): void {
    const cells = Object.entries(TITLES).map(([key, title]) =>
      h('div', {}, h('dt', {}, title), h('dd', {}, String(this.score[key as keyof Score]))));
    fill(this.element, h('dl', { class: 'score' }, ...cells),
      h('button', { type: 'button', class: 'quiet', onclick: () => {
        this.score = { won: 0, drawn: 0, lost: 0 };
        this.draw();
      } }, 'Back to zero'));
  }
}
