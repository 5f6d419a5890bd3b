// The learning curve: how good brains were after so many matches. One chart for each player.

import type { Brain, CurvePoint } from '../api/types';
import { getCurve } from '../api/daemon';
import { brainNamed, brains, choice, stateOf } from '../choice';
import { fill, h, show } from '../dom';
import { BrainSelect } from '../parts/brain_select';
import { Chart, colours, drawing, xRange } from '../parts/chart';
import type { Line } from '../parts/chart';
import { Segments } from '../parts/fields';
import { complain } from '../parts/notice';
import { QUANTITIES } from '../words';
import { curveTable } from './curve_table';

type Shown = 'both' | 'sample' | 'greedy';

const SHOWN = [
  { value: 'both', title: 'both' },
  { value: 'sample', title: 'by weight' },
  { value: 'greedy', title: 'heaviest' },
];

interface Curve {
  points: CurvePoint[];
  state: string; // of the brain when this was asked for; '' = it was not
}

export class CurveView {
  readonly element: HTMLElement;
  private readonly curves = new Map<string, Curve>();
  private readonly charts: Chart[] = [];
  private readonly panels = h('div', { class: 'charts' });
  private readonly explanation = h('p', { class: 'explanation' });
  private readonly table = h('div', {});
  private readonly details: HTMLDetailsElement;
  private readonly empty = h('p', { class: 'hint empty' });
  private readonly legend = h('ul', { class: 'legend' });
  private readonly other = new BrainSelect({
    label: 'Compare with', titleOf: ({ name }) => name, fixed: [{ value: '', title: 'no other brain' }],
    onChange: () => void this.refresh(),
  });
  private quantity = 'worst';
  private shown: Shown = 'both';
  private frame = 0;

  constructor() {
    const kinds = Object.entries(QUANTITIES).map(([value, { title }]) => ({ value, title }));
    this.details = h('details', { ontoggle: () => this.drawTable() },
      h('summary', {}, 'These figures as a table'), this.table);
    this.element = h('section', { class: 'card curve', 'aria-labelledby': 'curve-title' },
      h('h2', { id: 'curve-title' }, 'The learning curve'),
      h('div', { class: 'curve-controls' },
        new Segments('Quantity', kinds, 'worst', (value) => this.choose(value)).element,
        new Segments('Moves picked', SHOWN, 'both', (value) => {
          this.shown = value as Shown;
          this.draw();
        }).element,
        this.other.element),
      this.explanation, this.legend, this.empty, this.panels,
      h('p', { class: 'hint' }, 'Along: matches learned from, each step ten times as many. Every point is ' +
        'worked out exactly, over all positions that can come about; nothing is sampled.'),
      this.details);
    brains.watch(() => this.onBrains());
    choice.watch(() => this.onBrains());
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.draw());
  }

  private choose(quantity: string): void {
    this.quantity = quantity;
    this.draw();
  }

  private names(): string[] {
    return [choice.value.brain, this.other.value].filter((name) => name !== '');
  }

  private onBrains(): void {
    this.other.show(brains.value.filter(({ name }) => name !== choice.value.brain));
    void this.refresh();
  }

  // Asks for the curves that are not known, or not as the brains are now.
  async refresh(): Promise<void> {
    for (const name of this.names()) {
      const brain = brainNamed(name);
      if (brain && this.curves.get(name)?.state !== stateOf(brain)) await this.fetch(brain);
    }
    this.draw();
  }

  private async fetch(brain: Brain): Promise<void> {
    try {
      const points = await getCurve(brain.name);
      this.curves.set(brain.name, { points, state: stateOf(brain) });
    } catch (error) {
      complain(`The curve of ${brain.name} could not be read.`, error);
    }
  }

  // A point that has just come.
  add(brain: string, point: CurvePoint): void {
    const curve = this.curves.get(brain) ?? { points: [], state: '' };
    const before = curve.points.filter(({ matches }) => matches < point.matches);
    this.curves.set(brain, { ...curve, points: [...before, point] });
    if (!this.names().includes(brain)) return;
    cancelAnimationFrame(this.frame);
    this.frame = requestAnimationFrame(() => this.draw());
  }

  private pointsOf(name: string): CurvePoint[] {
    return this.curves.get(name)?.points ?? [];
  }

  private linesOf(index: number): Line[] {
    const { lines } = QUANTITIES[this.quantity]!;
    const policies = this.shown === 'both' ? ['sample', 'greedy'] as const : [this.shown];
    return this.names().flatMap((name, which) => policies.map((policy) => ({
      title: `${name}, ${policy === 'sample' ? 'by weight' : 'heaviest'}`,
      which,
      isDashed: policy === 'greedy',
      points: this.pointsOf(name).map((point) => ({ x: point.matches, y: lines[index]!.of(point[policy]) })),
    })));
  }

  private draw(): void {
    const quantity = QUANTITIES[this.quantity]!;
    const names = this.names();
    const range = xRange(names.flatMap((name) => this.pointsOf(name).map(({ matches }) => matches)));
    fill(this.explanation, h('strong', {}, `${quantity.title}. `), quantity.explanation);
    show(this.panels, range !== null);
    show(this.legend, range !== null);
    show(this.details, range !== null);
    fill(this.empty, range ? null : `${names[0]} has no curve yet: the first point is at 10 matches. Let it learn.`);
    show(this.empty, range === null);
    if (!range) return;
    this.drawCharts(range);
    this.drawLegend();
    this.drawTable();
  }

  private drawCharts(range: [number, number]): void {
    const quantity = QUANTITIES[this.quantity]!;
    while (this.charts.length > quantity.lines.length) this.charts.pop()!.remove();
    while (this.charts.length < quantity.lines.length) {
      const chart = new Chart();
      this.charts.push(chart);
      this.panels.append(chart.element);
    }
    quantity.lines.forEach((line, index) =>
      this.charts[index]!.show(line.title, this.linesOf(index), quantity.unit, range));
  }

  private drawLegend(): void {
    const palette = colours();
    fill(this.legend, ...this.linesOf(0).map((line) =>
      h('li', {}, drawing(line, palette.lines[line.which]!), line.title)));
  }

  private drawTable(): void {
    if (!this.details.open) return;
    const all = QUANTITIES[this.quantity]!.lines.map(({ title }, index) => ({ title, lines: this.linesOf(index) }));
    fill(this.table, curveTable(all, QUANTITIES[this.quantity]!.unit));
  }
}
