// A board to look at and to play on: nine buttons, by mouse, touch, arrow keys or digits.

import { fill, h, svg } from '../dom';
import { percent } from '../format';
import { CELL_NAMES, DRAWN_ORDER, isFree, play, resultOf, wonLine } from '../game';
import { VALUE_WORDS } from '../words';
import type { Value } from '../api/types';

export interface Picture {
  board: string;
  canPlay: boolean;
  last?: number | null; // the cell played last
  probabilities?: number[] | null; // the heat
  values?: (Value | null)[] | null;
}

// Makes small probabilities differ in heat, too.
const HEAT_POWER = 0.6;

const STEPS: Record<string, number> = { ArrowUp: 3, ArrowDown: -3, ArrowLeft: -1, ArrowRight: 1 };

function cross(): SVGElement {
  return svg('svg', { viewBox: '0 0 100 100', class: 'mark mark-1', 'aria-hidden': 'true' },
    svg('path', { d: 'M24 24 76 76M76 24 24 76' }));
}

function ring(): SVGElement {
  return svg('svg', { viewBox: '0 0 100 100', class: 'mark mark-2', 'aria-hidden': 'true' },
    svg('circle', { cx: 50, cy: 50, r: 28 }));
}

function spokenCell(picture: Picture, cell: number): string {
  const stone = picture.board[cell];
  const name = `${CELL_NAMES[cell]}: `;
  if (stone !== '0') return name + (stone === '1' ? 'cross' : 'ring');
  const share = picture.probabilities?.[cell];
  const value = picture.values?.[cell];
  return name + 'free' +
    (share === undefined ? '' : `, played with ${percent(share)}`) +
    (value == null ? '' : `, ${VALUE_WORDS[value].word} with perfect play`);
}

export class Board {
  readonly element: HTMLElement;
  private readonly cells: HTMLButtonElement[] = [];
  private picture: Picture = { board: '000000000', canPlay: false };

  constructor(label: string, private readonly onPlay: (cell: number) => void) {
    for (let cell = 0; cell < 9; cell++) this.cells.push(this.makeCell(cell));
    this.element = h('div', {
      class: 'board', role: 'group', 'aria-label': label,
      onkeydown: (event: KeyboardEvent) => this.onKey(event),
    }, ...DRAWN_ORDER.map((cell) => this.cells[cell]!));
    this.show(this.picture);
  }

  private makeCell(cell: number): HTMLButtonElement {
    return h('button', {
      class: 'cell', type: 'button', 'data-cell': cell, tabindex: cell === 4 ? 0 : -1,
      onclick: () => this.tryToPlay(cell),
      onfocus: () => this.rove(cell),
    });
  }

  // One cell at a time can be reached by Tab; arrows go on from there.
  private rove(cell: number): void {
    this.cells.forEach((button, index) => button.setAttribute('tabindex', index === cell ? '0' : '-1'));
  }

  private tryToPlay(cell: number): void {
    if (this.picture.canPlay && isFree(this.picture.board, cell)) this.onPlay(cell);
  }

  private onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const from = Number((event.target as HTMLElement).dataset.cell);
    const step = STEPS[event.key];
    if (/^[1-9]$/.test(event.key)) {
      const cell = Number(event.key) - 1;
      this.cells[cell]!.focus();
      this.tryToPlay(cell);
    } else if (step !== undefined) {
      const to = from + step;
      const isSideways = Math.abs(step) === 1;
      const stays = isSideways && Math.floor(to / 3) !== Math.floor(from / 3);
      if (!stays && to >= 0 && to < 9) this.cells[to]!.focus();
      event.preventDefault();
    }
  }

  show(picture: Picture): void {
    this.picture = picture;
    const line = wonLine(picture.board);
    this.element.classList.toggle('is-over', resultOf(picture.board) !== null);
    this.element.classList.toggle('is-playable', picture.canPlay);
    this.cells.forEach((button, cell) => {
      this.drawCell(button, cell);
      button.classList.toggle('is-won', line?.includes(cell) ?? false);
      button.classList.toggle('is-last', picture.last === cell);
    });
  }

  private drawCell(button: HTMLButtonElement, cell: number): void {
    const { board, canPlay, probabilities, values } = this.picture;
    const stone = board[cell];
    const share = stone === '0' ? probabilities?.[cell] : undefined;
    const value = stone === '0' ? values?.[cell] : undefined;
    button.style.setProperty('--heat', String((share ?? 0) ** HEAT_POWER));
    button.setAttribute('aria-label', spokenCell(this.picture, cell));
    button.setAttribute('aria-disabled', String(!canPlay || stone !== '0'));
    fill(button,
      stone === '1' ? cross() : stone === '2' ? ring() : null,
      h('span', { class: 'cell-key', 'aria-hidden': 'true' }, String(cell + 1)),
      share === undefined ? null : h('span', { class: 'cell-share', 'aria-hidden': 'true' }, percent(share)),
      value == null ? null : h('span', { class: `cell-value value${value}`, 'aria-hidden': 'true' },
        `${VALUE_WORDS[value].sign} ${VALUE_WORDS[value].word}`));
  }

  focus(): void {
    this.cells.find((cell) => cell.getAttribute('tabindex') === '0')?.focus();
  }
}

// A small one that is only looked at.
export function thumbnail(board: string, move: number): HTMLElement {
  const after = play(board, move);
  const cells = DRAWN_ORDER.map((cell) =>
    h('span', { class: cell === move ? 'thumb-cell is-last' : 'thumb-cell' },
      after[cell] === '1' ? cross() : after[cell] === '2' ? ring() : null));
  return h('span', { class: 'thumb', role: 'img', 'aria-label': `${CELL_NAMES[move]}` }, ...cells);
}
