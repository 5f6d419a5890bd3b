// The kept versions of a brain.

import type { Brain, Checkpoint } from '../api/types';
import { deleteCheckpoint, keepCheckpoint, listCheckpoints, restoreCheckpoint } from '../api/daemon';
import { choose, refreshBrain } from '../choice';
import { fill, h } from '../dom';
import { confirm, NAME_HINT, NAME_PATTERN, prompt } from '../parts/dialog';
import { attempt, tell } from '../parts/notice';
import { ageTitle } from '../parts/picker';

export class Checkpoints {
  readonly element: HTMLDetailsElement;
  private readonly list = h('div', {});

  constructor(private readonly brain: Brain) {
    this.element = h('details', { ontoggle: () => this.element.open && this.refresh() },
      h('summary', {}, 'Checkpoints'),
      h('p', { class: 'hint' }, 'Kept versions, to play against or to go back to. At 10, 100, 1,000, … ' +
        'matches one stays behind by itself.'),
      this.list,
      h('button', { type: 'button', class: 'small', onclick: () => this.onKeep() }, 'Keep it as it is now…'));
  }

  private refresh(): void {
    void attempt('The checkpoints could not be listed.', async () => {
      const kept = await listCheckpoints(this.brain.name);
      fill(this.list, kept.length > 0
        ? h('ul', { class: 'checkpoints' }, ...kept.map((one) => this.row(one)))
        : h('p', { class: 'hint' }, 'There are none yet.'));
    });
  }

  private row(one: Checkpoint): HTMLElement {
    const button = (text: string, kind: string, action: () => Promise<void>) => h('button', {
      type: 'button', class: `small ${kind}`, 'aria-label': `${text.replace('…', '')} ${this.brain.name} ${one.name}`,
      onclick: () => void attempt('That did not work.', action),
    }, text);
    return h('li', { 'data-checkpoint': one.name },
      h('span', {}, ageTitle(one)),
      h('span', { class: 'row' },
        h('a', {
          href: '#play', class: 'button small', 'aria-label': `Play ${this.brain.name} ${one.name}`,
          onclick: () => choose({ brain: this.brain.name, checkpoint: one.name }),
        }, 'Play'),
        button('Restore…', '', () => this.onRestore(one)),
        button('Delete…', 'danger', () => this.onDelete(one))));
  }

  private onKeep(): void {
    void attempt('It could not be kept.', async () => {
      const name = await prompt({
        title: `Keep ${this.brain.name} as it is now`,
        text: 'A checkpoint of that name which is there already is replaced.',
        label: 'Name of the checkpoint', pattern: NAME_PATTERN, hint: NAME_HINT, yes: 'Keep',
      });
      if (name === null) return;
      await keepCheckpoint(this.brain.name, name);
      this.refresh();
      tell(`${this.brain.name}@${name} is kept.`);
    });
  }

  private async onRestore(one: Checkpoint): Promise<void> {
    const isSure = await confirm(`Make ${this.brain.name} what it was ${ageTitle(one)}?`,
      'What it learned since is lost, and so is its curve from there on. Its checkpoints stay.', 'Restore');
    if (!isSure) return;
    await restoreCheckpoint(this.brain.name, one.name);
    await refreshBrain(this.brain.name);
  }

  private async onDelete(one: Checkpoint): Promise<void> {
    const isSure = await confirm(`Delete checkpoint ${one.name} of ${this.brain.name}?`,
      'It cannot be brought back.', 'Delete it');
    if (!isSure) return;
    await deleteCheckpoint(this.brain.name, one.name);
    this.refresh();
  }
}
