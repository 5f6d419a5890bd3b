// Playing against a brain.

import type { BoardView } from '../api/types';
import { chooseMove, lookAt } from '../api/daemon';
import { brainNamed, brains, choice, version } from '../choice';
import { fill, h, show } from '../dom';
import { percent } from '../format';
import { mark, other } from '../game';
import type { Player } from '../game';
import { Board } from '../parts/board';
import { Segments, toggle } from '../parts/fields';
import { attempt, complain } from '../parts/notice';
import { Picker } from '../parts/picker';
import { Match } from './match';
import { Scoreboard } from './score';
import { Teaching } from './teaching';

const SIDES = [
  { value: '1', title: '✕ first' },
  { value: '2', title: '○ second' },
];

export class PlayView {
  readonly element: HTMLElement;
  private match = new Match(1);
  private readonly board = new Board('Board: keys 1 to 9 play as on a number pad', (cell) => this.onPlay(cell));
  private readonly status = h('p', { class: 'status', role: 'status' });
  private readonly score = new Scoreboard();
  private readonly teaching = new Teaching();
  private readonly undo = h('button', { type: 'button', onclick: () => this.onUndo() }, 'Undo');
  private readonly fresh = h('div', { class: 'card call' });
  private showsThoughts = false;
  private view: BoardView | null = null;
  private thought: number | null = null; // how likely the brain's last move was
  private turn = 0; // of what is still on its way, only the latest counts

  constructor(private readonly onInside: (moves: number[]) => void) {
    const side = new Segments('You play', SIDES, '1', (value) => this.begin(Number(value) as Player));
    this.element = h('section', { class: 'view', 'aria-labelledby': 'play-title' },
      h('header', { class: 'intro' },
        h('h1', { id: 'play-title' }, 'Play a machine that taught itself'),
        h('p', {}, 'It was told the rules of tic-tac-toe and nothing else. All it knows it learned from ' +
          'matches against itself. Beat it while it is young.')),
      h('div', { class: 'columns' }, this.makeTable(),
        h('div', { class: 'stack' },
          this.fresh,
          h('div', { class: 'card' }, h('h2', {}, 'Your opponent'), side.element, new Picker().element),
          h('div', { class: 'card' }, h('h2', {}, 'Score'), this.score.element),
          this.teaching.element)));
    brains.watch(() => this.drawFresh());
    choice.watch(() => this.onChoice());
  }

  private makeTable(): HTMLElement {
    return h('div', { class: 'table' }, this.status, this.board.element,
      h('div', { class: 'row' },
        h('button', { type: 'button', class: 'primary', onclick: () => this.begin(this.match.visitor) }, 'New match'),
        this.undo,
        h('button', { type: 'button', onclick: () => this.onInside(this.match.moves) }, 'Look inside')),
      toggle('Show what the brain would do', false, (isOn) => {
        this.showsThoughts = isOn;
        void this.look();
      }));
  }

  // A brain that knows nothing is the best time to say what there is to see.
  private drawFresh(): void {
    const brain = brainNamed(choice.value.brain);
    const isFresh = brain !== undefined && brain.matches === 0 && brain.training === null;
    show(this.fresh, isFresh);
    if (isFresh) fill(this.fresh, h('p', {}, h('strong', {}, `${brain.name} is newborn. `),
      'It plays every free cell alike. Play it now, then ',
      h('a', { href: '#learn' }, 'let it learn'), ' and play again.'));
  }

  private seen = '';

  private onChoice(): void {
    this.drawFresh();
    this.teaching.draw();
    if (this.seen === version()) return void this.look();
    this.seen = version();
    this.begin(this.match.visitor);
  }

  private begin(visitor: Player): void {
    this.match = new Match(visitor);
    this.thought = null;
    this.teaching.clear();
    this.go();
  }

  private go(): void {
    this.turn++;
    this.view = null;
    this.draw();
    if (this.match.isBrainsTurn) void attempt('The brain could not move.', () => this.answer(this.turn));
    else void this.look();
    if (this.match.result !== null) this.finish();
  }

  private async answer(turn: number): Promise<void> {
    try {
      const move = await chooseMove(version(), this.match.board, choice.value.policy);
      if (turn !== this.turn) return;
      this.thought = move.probabilities[move.move]!;
      this.match.moves.push(move.move);
      this.go();
    } catch (error) {
      if (turn === this.turn) this.drawStatus('The brain has not moved yet.', true);
      throw error;
    }
  }

  private onPlay(cell: number): void {
    this.match.moves.push(cell);
    this.go();
  }

  private onUndo(): void {
    if (this.match.outcome) this.score.takeBack(this.match.outcome);
    this.match.undo();
    this.thought = null;
    this.teaching.clear();
    this.go();
  }

  private finish(): void {
    this.score.add(this.match.outcome!);
    const { match } = this;
    void this.teaching.offer(match.moves).then(() => this.match === match && this.draw());
  }

  // Asks what the brain would do in the visitor's place.
  private async look(): Promise<void> {
    const { turn, match } = this;
    this.view = null;
    try {
      if (this.showsThoughts && match.result === null)
        this.view = await lookAt(version(), match.board, choice.value.policy);
    } catch (error) {
      complain('The brain could not be looked at.', error);
    }
    if (turn === this.turn) this.draw();
  }

  // After the server was away: the brain still owes a move.
  resume(): void {
    if (this.match.isBrainsTurn) this.go();
  }

  private draw(): void {
    const { match, view } = this;
    this.board.show({
      board: match.board, canPlay: match.isVisitorsTurn, last: match.last,
      probabilities: view?.probabilities,
    });
    this.undo.disabled = !match.canUndo || this.teaching.hasTaught;
    this.undo.title = this.teaching.hasTaught ? 'What was learned cannot be taken back' : '';
    this.drawStatus(this.statusText(), false);
  }

  private statusText(): string {
    const { match } = this;
    const said = { won: 'You win!', drawn: 'A draw.', lost: 'The brain wins.' };
    if (match.outcome) return said[match.outcome];
    if (match.isBrainsTurn) return `The brain, ${mark(other(match.visitor))}, is to move…`;
    return `Your move: you are ${mark(match.visitor)}.`;
  }

  private drawStatus(text: string, canRetry: boolean): void {
    const chance = this.thought === null || this.match.last === null ? null
      : h('span', { class: 'hint' }, `The brain’s last move had a chance of ${percent(this.thought)}.`);
    fill(this.status, h('span', {}, text), chance, canRetry
      ? h('button', { type: 'button', class: 'small', onclick: () => this.go() }, 'Ask again') : null);
  }

  focus(): void {
    this.board.focus();
  }
}
