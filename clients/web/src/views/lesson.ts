// What a brain learned from a match: which weights changed, and by how much.

import type { Change, Lesson } from '../api/types';
import { h } from '../dom';
import { whole } from '../format';
import { CELL_NAMES, mark, mover } from '../game';
import { thumbnail } from '../parts/board';

function difference(change: Change): string {
  const gained = change.after - change.before;
  return gained > 0 ? `+${whole(gained)}` : gained < 0 ? `−${whole(-gained)}` : '±0';
}

function row(change: Change, index: number): HTMLElement {
  const player = mover(change.board);
  const gained = change.after - change.before;
  const kind = gained > 0 ? 'gain' : gained < 0 ? 'drop' : 'same';
  return h('tr', {},
    h('td', {}, thumbnail(change.board, change.move)),
    h('th', { scope: 'row' }, `${index + 1}. ${mark(player)} ${CELL_NAMES[change.move]}`),
    h('td', { class: 'number' }, whole(change.before)),
    h('td', { class: 'number' }, whole(change.after)),
    h('td', { class: `number ${kind}` }, difference(change)));
}

const HEADLINES = {
  player1: 'The first player’s moves were rewarded, the second’s punished.',
  player2: 'The second player’s moves were rewarded, the first’s punished.',
  draw: 'Nobody has a line; what that is worth is up to the brain’s rule.',
};

export function lessonTable(lesson: Lesson): HTMLElement {
  return h('div', { class: 'lesson' },
    h('h3', {}, `What ${lesson.brain} learned from this match`),
    h('p', { class: 'hint' }, `${HEADLINES[lesson.result]} A weight never falls below 1.`),
    h('table', {},
      h('thead', {}, h('tr', {},
        h('td', {}), h('th', { scope: 'col' }, 'Move'),
        h('th', { scope: 'col', class: 'number' }, 'before'),
        h('th', { scope: 'col', class: 'number' }, 'after'),
        h('th', { scope: 'col', class: 'number' }, 'change'))),
      h('tbody', {}, ...lesson.changes.map(row))));
}
