// A row of weights as MENACE's matchbox of beads: a colour a cell, a bead a unit of weight.

import type { BoardView } from '../api/types';
import { h } from '../dom';
import { percent, whole } from '../format';
import { CELL_NAMES, DRAWN_ORDER, isFree } from '../game';
import { VALUE_WORDS } from '../words';

const BEADS_SHOWN = 24;

// 1, 2, 5, 10, 20, ...: how much weight a bead stands for, so that the longest row fits.
export function beadUnit(heaviest: number): number {
  for (let unit = 1; ; unit *= 10)
    for (const step of [1, 2, 5])
      if (heaviest <= unit * step * BEADS_SHOWN) return unit * step;
}

function beads(cell: number, count: number): HTMLElement {
  const list = Array.from({ length: count }, () => h('span', { class: `bead bead-${cell}` }));
  return h('span', { class: 'beads', 'aria-hidden': 'true' }, ...list);
}

function verdict(view: BoardView, cell: number, withValues: boolean): HTMLElement {
  const value = view.values[cell];
  const proof = view.proofs?.[cell];
  const proven = proof === 1 ? 'proven to win' : proof === -1 ? 'proven to lose' : null;
  return h('span', { class: 'verdict' },
    withValues && value != null ? h('span', { class: `value value${value}` },
      `${VALUE_WORDS[value].sign} ${VALUE_WORDS[value].word}`) : null,
    proven ? h('span', { class: 'proof' }, proven) : null);
}

function row(view: BoardView, cell: number, unit: number, withValues: boolean): HTMLElement {
  const weight = view.weights[cell]!;
  return h('li', { class: 'bead-row' },
    h('span', { class: 'bead-name' }, CELL_NAMES[cell]!),
    h('span', { class: 'bead-weight' }, whole(weight)),
    beads(cell, Math.max(1, Math.round(weight / unit))),
    h('span', { class: 'bead-share' }, percent(view.probabilities[cell]!)),
    verdict(view, cell, withValues));
}

export function matchbox(view: BoardView, withValues: boolean): HTMLElement {
  const unit = beadUnit(Math.max(...view.weights));
  const sum = view.weights.reduce((total, weight) => total + weight, 0);
  const scale = unit === 1 ? 'each bead is 1' : `each bead drawn stands for ${whole(unit)}`;
  const cells = DRAWN_ORDER.filter((cell) => isFree(view.board, cell));
  return h('div', { class: 'matchbox' },
    h('ul', { class: 'bead-list' }, ...cells.map((cell) => row(view, cell, unit, withValues))),
    h('p', { class: 'hint' }, `${whole(sum)} in this matchbox altogether; ${scale}.`));
}
