// The curve for who would rather read than see: a row for each power of ten, and the last point.

import { h } from '../dom';
import { percent, whole } from '../format';
import type { Line } from '../parts/chart';
import type { Quantity } from '../words';

export function figure(value: number, unit: Quantity['unit']): string {
  return unit === 'share' ? percent(value) : value === 0 ? '0' : value.toPrecision(3);
}

function isRow(matches: number, last: number): boolean {
  return matches === last || Number.isInteger(Math.round(Math.log10(matches) * 1e9) / 1e9);
}

export function curveTable(panels: { title: string; lines: Line[] }[], unit: Quantity['unit']): HTMLElement {
  const columns = panels.flatMap(({ title, lines }) =>
    lines.map((line) => ({ title: `${line.title}, ${title}`, points: line.points })));
  const all = new Set(columns.flatMap(({ points }) => points.map(({ x }) => x)));
  const last = Math.max(...all);
  const rows = [...all].filter((x) => isRow(x, last)).sort((a, b) => a - b);
  const cell = (points: Line['points'], x: number) => {
    const point = points.find((one) => one.x === x);
    return h('td', { class: 'number' }, point ? figure(point.y, unit) : '–');
  };
  return h('div', { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': 'Table of the curve' },
    h('table', {},
      h('thead', {}, h('tr', {}, h('th', { scope: 'col' }, 'Matches'),
        ...columns.map(({ title }) => h('th', { scope: 'col', class: 'number' }, title)))),
      h('tbody', {}, ...rows.map((x) => h('tr', {},
        h('th', { scope: 'row', class: 'number' }, whole(x)),
        ...columns.map(({ points }) => cell(points, x)))))));
}
