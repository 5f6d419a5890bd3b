// A training job as it goes.

import type { Job } from '../api/types';
import { stopJob } from '../api/daemon';
import { isOver } from '../api/follow';
import { fill, h, show } from '../dom';
import { matches, percent, seconds, short, whole } from '../format';
import { attempt } from '../parts/notice';

const STATES = {
  queued: 'waits for its turn',
  running: 'is learning',
  stopping: 'is stopping',
  done: 'has learned',
  stopped: 'was stopped',
  failed: 'has failed',
};

export function resultsBar(results: Job['results']): HTMLElement {
  const sum = results.player1 + results.player2 + results.draw;
  const parts = [
    { kind: 'player1', title: '✕ won', count: results.player1 },
    { kind: 'draw', title: 'draws', count: results.draw },
    { kind: 'player2', title: '○ won', count: results.player2 },
  ];
  const bar = h('div', { class: 'results-bar', 'aria-hidden': 'true' }, ...parts.map(({ kind, count }) => {
    const part = h('span', { class: `part-${kind}` });
    part.style.flexGrow = String(sum > 0 ? count / sum : 0);
    return part;
  }));
  return h('div', { class: 'results' }, bar,
    h('ul', { class: 'results-words' }, ...parts.map(({ kind, title, count }) =>
      h('li', { title: whole(count) }, h('span', { class: `key part-${kind}`, 'aria-hidden': 'true' }),
        `${title} ${percent(sum > 0 ? count / sum : 0)}`))));
}

function opponentText(job: Job): string {
  const { opponent } = job;
  return typeof opponent === 'string' ? { self: 'itself', random: 'a random player', perfect: 'a perfect player' }[opponent]
    : opponent.brain;
}

export class JobCard {
  readonly element: HTMLElement;
  private readonly title = h('h3', {});
  private readonly bar = h('progress', { max: 1, value: 0, 'aria-label': 'Matches done' });
  private readonly figures = h('dl', { class: 'figures' });
  private readonly results = h('div', {});
  private readonly stop: HTMLButtonElement;
  private readonly note = h('p', { class: 'hint' });
  private lastTold = '';
  private readonly spoken = h('p', { class: 'unseen', role: 'status' });

  constructor(private job: Job) {
    this.stop = h('button', {
      type: 'button', class: 'danger', 'aria-label': `Stop job ${job.id}`, onclick: () => this.onStop(),
    }, 'Stop');
    this.element = h('article', { class: 'card job', 'data-job': job.id },
      h('div', { class: 'row spread' }, this.title, this.stop),
      this.bar, this.figures, this.results, this.note, this.spoken);
    this.show(job);
  }

  private onStop(): void {
    void attempt('It could not be stopped.', async () => this.show(await stopJob(this.job.id)));
  }

  show(job: Job): void {
    if (isOver(this.job) && !isOver(job)) return; // the answer to a stop may come behind the end
    this.job = job;
    fill(this.title, `${job.brain} ${STATES[job.state]}`);
    this.element.dataset.state = job.state;
    this.bar.value = job.matches_done / job.matches;
    show(this.stop, !isOver(job));
    this.stop.disabled = job.state === 'stopping';
    fill(this.figures, ...this.figuresOf(job).map(([name, value]) =>
      h('div', {}, h('dt', {}, name), h('dd', {}, value))));
    fill(this.results, resultsBar(job.results));
    fill(this.note, this.noteOf(job));
    // Not each step is worth saying aloud.
    if (this.lastTold !== job.state) fill(this.spoken, `${job.brain} ${STATES[job.state]}`);
    this.lastTold = job.state;
  }

  private figuresOf(job: Job): [string, string][] {
    const left = (job.matches - job.matches_done) / job.matches_per_second;
    const isGoing = job.state === 'running' && job.matches_per_second > 0;
    return [
      ['Matches', `${whole(job.matches_done)} of ${whole(job.matches)}`],
      ['Matches a second', job.matches_per_second > 0 ? short(job.matches_per_second) : '–'],
      ...(isGoing ? [['Left, at most', seconds(left)] as [string, string]] : []),
    ];
  }

  private noteOf(job: Job): string {
    if (job.state === 'failed') return `${job.error ?? 'No reason is known'}.`;
    const end = job.ended_by === 'until' ? 'It has reached its goal. ' : '';
    const share = job.workers === 1 ? '1 worker' : `${job.workers} workers`;
    return `${end}Job ${job.id}: against ${opponentText(job)}, ${share}, up to ${matches(job.matches)}.`;
  }
}
