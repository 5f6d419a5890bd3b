// A chart of lines over a logarithmic axis. The only user of Chart.js.

import {
  Chart as ChartJs, LinearScale, LineController, LineElement, LogarithmicScale, PointElement, Tooltip,
} from 'chart.js';
import type { ChartConfiguration, ChartDataset } from 'chart.js';
import { fill, h, svg } from '../dom';
import { percent, short, whole } from '../format';
import type { Quantity } from '../words';

ChartJs.register(LinearScale, LineController, LineElement, LogarithmicScale, PointElement, Tooltip);

export interface Line {
  title: string;
  which: number; // of the brains; decides colour and mark
  isDashed: boolean;
  points: { x: number; y: number }[];
}

const MARKS = ['circle', 'triangle'] as const;
const DASH = [6, 4];

export function colours(): { ink: string; grid: string; lines: string[] } {
  const style = getComputedStyle(document.documentElement);
  const read = (name: string) => style.getPropertyValue(name).trim();
  return { ink: read('--muted'), grid: read('--line'), lines: [read('--line-1'), read('--line-2')] };
}

// The decades around all the numbers of matches; null if there are none.
export function xRange(all: number[]): [number, number] | null {
  if (all.length === 0) return null;
  return [10, Math.max(1000, 10 ** Math.ceil(Math.log10(Math.max(...all)) - 1e-9))];
}

// A line's sample for the legend.
export function drawing(line: Line, colour: string): SVGElement {
  const stroke = { stroke: colour, 'stroke-width': 2.5, fill: 'none' };
  const mark = line.which === 0
    ? svg('circle', { cx: 16, cy: 6, r: 3.5, fill: colour })
    : svg('path', { d: 'M16 1.5 20.5 10h-9z', fill: colour });
  return svg('svg', { viewBox: '0 0 32 12', width: 32, height: 12, 'aria-hidden': 'true' },
    svg('path', { d: 'M0 6H32', ...stroke, 'stroke-dasharray': line.isDashed ? DASH.join(' ') : '' }), mark);
}

function isDecade(value: number): boolean {
  const power = Math.log10(value);
  return Math.abs(power - Math.round(power)) < 1e-9;
}

function figure(value: number, unit: Quantity['unit']): string {
  return unit === 'share' ? percent(value) : value.toPrecision(3);
}

function dataset(line: Line, colour: string): ChartDataset<'line', Line['points']> {
  const last = line.points.length - 1;
  return {
    label: line.title,
    data: line.points,
    borderColor: colour,
    backgroundColor: colour,
    borderWidth: 2,
    borderDash: line.isDashed ? DASH : [],
    pointStyle: MARKS[line.which],
    pointRadius: line.points.map((_, index) => (index === last || index % 10 === 0 ? 3.5 : 0)),
    pointHoverRadius: 5,
  };
}

function configuration(unit: Quantity['unit'], range: [number, number]): ChartConfiguration<'line', Line['points']> {
  const { ink, grid } = colours();
  const font = { size: 12, family: getComputedStyle(document.body).fontFamily };
  return {
    type: 'line',
    data: { datasets: [] },
    options: {
      animation: false, parsing: false, normalized: true, responsive: true, maintainAspectRatio: false,
      interaction: { mode: 'nearest', axis: 'x', intersect: false },
      scales: {
        x: {
          type: 'logarithmic', min: range[0], max: range[1], grid: { color: grid },
          ticks: { color: ink, font, maxRotation: 0, callback: (value) => (isDecade(Number(value)) ? short(Number(value)) : null) },
        },
        y: {
          type: 'linear', min: 0, suggestedMax: 1, grid: { color: grid },
          ticks: { color: ink, font, maxTicksLimit: 6, callback: (value) => (unit === 'share' ? percent(Number(value)) : String(value)) },
        },
      },
      plugins: {
        tooltip: {
          callbacks: {
            title: (items) => `after ${whole(items[0]!.parsed.x)} matches`,
            label: (item) => ` ${item.dataset.label}: ${figure(item.parsed.y, unit)}`,
          },
        },
      },
    },
  };
}

export class Chart {
  readonly element: HTMLElement;
  private readonly title = h('figcaption', {});
  private readonly canvas = h('canvas', { role: 'img' });
  private chart: ChartJs<'line', Line['points']> | null = null;
  private drawnFor = '';

  constructor() {
    this.element = h('figure', { class: 'chart' }, this.title, h('div', { class: 'chart-box' }, this.canvas));
  }

  show(title: string, lines: Line[], unit: Quantity['unit'], range: [number, number]): void {
    fill(this.title, title);
    this.canvas.setAttribute('aria-label', `${title}: ${this.summary(lines, unit)}`);
    this.canvas.dataset.points = String(lines.reduce((sum, line) => sum + line.points.length, 0));
    const palette = colours();
    const drawnFor = JSON.stringify([unit, range, palette]);
    if (drawnFor !== this.drawnFor) {
      this.chart?.destroy();
      this.chart = new ChartJs(this.canvas, configuration(unit, range));
      this.drawnFor = drawnFor;
    }
    this.chart!.data.datasets = lines.map((line) => dataset(line, palette.lines[line.which]!));
    this.chart!.update();
  }

  private summary(lines: Line[], unit: Quantity['unit']): string {
    return lines.map((line) => {
      const last = line.points[line.points.length - 1];
      return last ? `${line.title}: ${figure(last.y, unit)} after ${whole(last.x)} matches` : `${line.title}: no points`;
    }).join('; ');
  }

  remove(): void {
    this.chart?.destroy();
    this.element.remove();
  }
}
