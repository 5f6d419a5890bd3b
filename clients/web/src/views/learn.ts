// Training, and watching it.

import { h } from '../dom';
import { attempt } from '../parts/notice';
import { CurveView } from './curve';
import { Jobs } from './jobs';
import { TrainForm } from './train_form';

export class LearnView {
  readonly element: HTMLElement;
  private readonly curve = new CurveView();
  private readonly jobs = new Jobs((brain, point) => this.curve.add(brain, point));

  constructor() {
    const form = new TrainForm((job) => this.jobs.start(job));
    this.element = h('section', { class: 'view', 'aria-labelledby': 'learn-title' },
      h('header', { class: 'intro' },
        h('h1', { id: 'learn-title' }, 'Watch it learn'),
        h('p', {}, 'It plays against itself, millions of matches a second. After each one the winner’s moves ' +
          'get heavier and the loser’s lighter. That is all there is to it.')),
      h('div', { class: 'learn-columns' },
        form.element, h('div', { class: 'stack' }, this.jobs.element, this.curve.element)));
  }

  async refresh(): Promise<void> {
    await attempt('The jobs could not be listed.', () => this.jobs.refresh());
    await this.curve.refresh();
  }
}
