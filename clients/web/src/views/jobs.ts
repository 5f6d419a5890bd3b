// The jobs that are going on, and the one that ended last.

import type { CurvePoint, Job } from '../api/types';
import { listJobs } from '../api/daemon';
import { followJob, isOver } from '../api/follow';
import { refreshBrain } from '../choice';
import { fill, h } from '../dom';
import { complain } from '../parts/notice';
import { JobCard } from './job_card';

const LISTED = 100;

export class Jobs {
  readonly element = h('div', { class: 'stack jobs' });
  private readonly cards = new Map<number, JobCard>();
  private readonly followed = new Set<number>();

  constructor(private readonly onPoint: (brain: string, point: CurvePoint) => void) {
    this.draw();
  }

  // Those that the server has now, whoever started them.
  async refresh(): Promise<void> {
    const jobs = await listJobs(LISTED);
    const shown = jobs.filter((job) => !isOver(job));
    const last = jobs.find(isOver);
    if (shown.length === 0 && last) shown.push(last);
    for (const id of [...this.cards.keys()])
      if (!shown.some((job) => job.id === id) && !this.followed.has(id)) this.cards.delete(id);
    for (const job of shown.reverse()) this.add(job);
    this.draw();
  }

  add(job: Job): void {
    const card = this.cards.get(job.id);
    if (card) card.show(job);
    else this.cards.set(job.id, new JobCard(job));
    if (!isOver(job)) this.follow(job);
    this.draw();
  }

  // A job that was just started takes the place of those that are over.
  start(job: Job): void {
    for (const id of [...this.cards.keys()]) if (!this.followed.has(id)) this.cards.delete(id);
    this.add(job);
    void refreshBrain(job.brain).catch(() => {});
  }

  private follow({ id, brain }: Job): void {
    if (this.followed.has(id)) return;
    this.followed.add(id);
    const follower = {
      progress: (job: Job) => this.cards.get(id)?.show(job),
      evaluation: (point: CurvePoint) => this.onPoint(brain, point),
    };
    followJob(id, follower)
      .catch((error) => {
        this.cards.delete(id);
        complain(`Job ${id} can no longer be followed.`, error);
      })
      .finally(() => {
        this.followed.delete(id);
        this.draw();
        void refreshBrain(brain).catch(() => {});
      });
  }

  private draw(): void {
    const list = [...this.cards.values()].reverse().map((card) => card.element);
    fill(this.element, ...(list.length > 0 ? list : [
      h('div', { class: 'card' }, h('p', { class: 'hint' },
        'Nothing is being trained. Start a training and watch its progress here.')),
    ]));
  }
}
