// Looking inside a brain: any position, what it would do there, and what would be right.

import type { BoardView } from '../api/types';
import { chooseMove, lookAt } from '../api/daemon';
import { choice, version } from '../choice';
import { fill, h } from '../dom';
import { canBeAnEnd, EMPTY, isFree, mover, play, resultOf } from '../game';
import { Board } from '../parts/board';
import { matchbox } from '../parts/beads';
import { field, toggle } from '../parts/fields';
import { attempt, complain } from '../parts/notice';
import { Picker } from '../parts/picker';
import { playerName, VALUE_WORDS } from '../words';

const OVER = {
  player1: 'The match is over: ✕ has won.',
  player2: 'The match is over: ○ has won.',
  draw: 'The match is over: the board is full.',
};

// The cell in which two boards differ by one stone; null if they do not.
function step(before: string | undefined, after: string): number | null {
  if (before === undefined) return null;
  const cells = [...after].flatMap((stone, cell) => (stone !== before[cell] ? [cell] : []));
  return cells.length === 1 ? cells[0]! : null;
}

export class InsideView {
  readonly element: HTMLElement;
  private path = [EMPTY]; // the boards stepped through
  private at = 0;
  private showsValues = false;
  private view: BoardView | null = null;
  private drawn = ''; // the board that was shown last
  private asked: AbortController | null = null;
  private readonly board = new Board('Board: play any cell to step on', (cell) => this.onPlay(cell));
  private readonly status = h('p', { class: 'status', role: 'status' });
  private readonly box = h('div', {});
  private readonly digits = h('input', {
    inputmode: 'numeric', pattern: '[012]{9}', maxlength: 9, required: true, autocomplete: 'off',
    title: 'Nine digits: 0 free, 1 for ✕, 2 for ○',
  });
  private readonly steps: HTMLButtonElement[];

  constructor() {
    this.steps = [
      this.stepButton('«', 'To the start', () => 0),
      this.stepButton('‹', 'A step back', () => this.at - 1),
      this.stepButton('›', 'A step forward', () => this.at + 1),
      this.stepButton('»', 'To the end', () => this.path.length - 1),
    ];
    this.element = h('section', { class: 'view', 'aria-labelledby': 'inside-title' },
      h('header', { class: 'intro' },
        h('h1', { id: 'inside-title' }, 'Look inside'),
        h('p', {}, 'A brain is a shelf of matchboxes, one for every position at which somebody is to move. ' +
          'In each are beads, a colour for every free cell. To move, it draws a bead.')),
      h('div', { class: 'columns' }, this.makeTable(),
        h('div', { class: 'stack' },
          h('div', { class: 'card' }, h('h2', {}, 'The matchbox of this position'), this.box),
          h('div', { class: 'card' }, h('h2', {}, 'Whose beads'), new Picker().element))));
    choice.watch(() => void this.look());
  }

  private makeTable(): HTMLElement {
    return h('div', { class: 'table' }, this.status, this.board.element,
      h('div', { class: 'row' }, ...this.steps,
        h('button', { type: 'button', onclick: () => this.onMove() }, 'Brain moves')),
      toggle('Show each move’s exact value', false, (isOn) => {
        this.showsValues = isOn;
        this.draw();
      }),
      h('p', { class: 'hint' }, 'The exact value is what perfect play from there on comes to, for whoever ' +
        'makes the move. The brain does not know it; it is worked out from the rules.'),
      h('form', { class: 'row jump', onsubmit: (event: Event) => this.onJump(event) },
        field('Position', this.digits), h('button', {}, 'Go there')));
  }

  private stepButton(sign: string, name: string, target: () => number): HTMLButtonElement {
    return h('button', {
      type: 'button', class: 'step', 'aria-label': name, title: name,
      onclick: () => {
        this.at = target();
        void this.look();
      },
    }, sign);
  }

  private get now(): string {
    return this.path[this.at]!;
  }

  // Steps through a match that was played elsewhere.
  load(moves: number[]): void {
    this.path = [EMPTY];
    for (const cell of moves) this.path.push(play(this.path[this.path.length - 1]!, cell));
    this.at = this.path.length - 1;
    if (resultOf(this.now)) this.at--;
    void this.look();
  }

  private append(board: string): void {
    this.path = [...this.path.slice(0, this.at + 1), board];
    this.at++;
    void this.look();
  }

  private onPlay(cell: number): void {
    const next = play(this.now, cell);
    if (this.path[this.at + 1] === next) {
      this.at++;
      void this.look();
    } else {
      this.append(next);
    }
  }

  private onMove(): void {
    void attempt('The brain could not move.', async () => {
      const board = this.now;
      const move = await chooseMove(version(), board, choice.value.policy);
      if (board === this.now) this.onPlay(move.move);
    });
  }

  private onJump(event: Event): void {
    event.preventDefault();
    void attempt('That position cannot be shown.', async () => {
      const board = this.digits.value;
      if (!resultOf(board)) await lookAt(version(), board, choice.value.policy);
      else if (!canBeAnEnd(board)) throw new Error('No match ends on that board.');
      this.path = [board];
      this.at = 0;
      await this.look();
    });
  }

  async look(): Promise<void> {
    this.asked?.abort();
    this.asked = new AbortController();
    const { signal } = this.asked;
    const board = this.now;
    if (this.view?.board !== board) this.view = null;
    this.draw();
    if (resultOf(board)) return;
    try {
      this.view = await lookAt(version(), board, choice.value.policy, signal);
      if (!signal.aborted) this.draw();
    } catch (error) {
      if (!signal.aborted) complain('The brain could not be looked at.', error);
    }
  }

  private draw(): void {
    const { view, now } = this;
    const result = resultOf(now);
    this.board.show({
      board: now, canPlay: result === null, last: step(this.path[this.at - 1], now),
      probabilities: view?.probabilities, values: this.showsValues ? view?.values : null,
    });
    if (this.drawn !== now) this.digits.value = now; // what is being typed there stays
    this.drawn = now;
    this.steps.forEach((button, index) => {
      button.disabled = index < 2 ? this.at === 0 : this.at === this.path.length - 1;
    });
    fill(this.status, result ? OVER[result] : this.turnText());
    if (result) fill(this.box, h('p', {}, 'Nobody is to move here, so there is no matchbox.'));
    else if (view) fill(this.box, this.explanation(view), matchbox(view, this.showsValues));
  }

  private turnText(): string {
    const { view } = this;
    const player = playerName(mover(this.now));
    const value = view && this.showsValues
      ? ` With perfect play ${player.split(',')[0]} ${VALUE_WORDS[view.value].word} here.` : '';
    return `To move: ${player}.${value}`;
  }

  private explanation(view: BoardView): HTMLElement {
    const count = [...view.board].filter((_, cell) => isFree(view.board, cell)).length;
    const how = choice.value.policy === 'sample'
      ? 'a move’s probability is its beads out of all'
      : 'the policy chosen below turns them into the probabilities shown';
    return h('p', { class: 'hint' }, `${count} free ${count === 1 ? 'cell' : 'cells'}; ${how}.`,
      view.proofs ? ' Moves proven to lose are left alone while there are others.' : '');
  }
}
