// One brain of the list, and what can be done to it.

import type { Brain } from '../api/types';
import { copyBrain, deleteBrain, exportBrain, resetBrain } from '../api/daemon';
import { choose, freeName, refreshBrain } from '../choice';
import { h } from '../dom';
import { matches } from '../format';
import { confirm, NAME_HINT, NAME_PATTERN, prompt } from '../parts/dialog';
import { attempt, tell } from '../parts/notice';
import { DEFAULTS, OPTIONS, RULES } from '../words';
import { Checkpoints } from './checkpoints';
import { Strength } from './strength';

function download(file: Blob, name: string): void {
  const link = h('a', { href: URL.createObjectURL(file), download: name });
  link.click();
  URL.revokeObjectURL(link.href);
}

function onExport(brain: Brain): void {
  void attempt('The brain could not be exported.', async () =>
    download(await exportBrain(brain.name), `${brain.name}.json`));
}

function onCopy(brain: Brain): void {
  void attempt('The brain could not be copied.', async () => {
    const to = await prompt({
      title: `Copy ${brain.name}`, text: 'The copy has the same weights and curve, and learns on its own.',
      label: 'Name of the copy', value: freeName(`${brain.name}-copy`),
      pattern: NAME_PATTERN, hint: NAME_HINT, yes: 'Copy',
    });
    if (to === null) return;
    await copyBrain(brain.name, to);
    await refreshBrain(to);
    tell(`${to} is a copy of ${brain.name}.`);
  });
}

function onReset(brain: Brain): void {
  void attempt('The brain could not be reset.', async () => {
    const isSure = await confirm(`Make ${brain.name} forget everything?`,
      `It has learned from ${matches(brain.matches)}. Its weights go back to what they were at first; its ` +
      'curve and automatic checkpoints are deleted. Checkpoints that you named stay.', 'Forget everything');
    if (!isSure) return;
    await resetBrain(brain.name);
    await refreshBrain(brain.name);
    tell(`${brain.name} is as new.`);
  });
}

function onDelete(brain: Brain): void {
  void attempt('The brain could not be deleted.', async () => {
    const isSure = await confirm(`Delete ${brain.name}?`,
      `It has learned from ${matches(brain.matches)}. It goes with its curve and all its checkpoints, and ` +
      'cannot be brought back. Export it first if you may want it again.', 'Delete it');
    if (!isSure) return;
    await deleteBrain(brain.name);
    await refreshBrain(brain.name);
    tell(`${brain.name} is deleted.`);
  });
}

// Shares are kept as 65536ths, so a 0.1 comes back as 0.100006.
function asShown(value: number | boolean | string): string {
  return typeof value === 'number' ? String(Math.round(value * 1e4) / 1e4) : String(value);
}

// Options that are not as the rule has them by itself.
function specials(brain: Brain): string {
  const list = OPTIONS.filter(({ name }) =>
    name in brain.options && asShown(brain.options[name]!) !== asShown(DEFAULTS[brain.rule][name]!));
  return list.map(({ name, label }) => {
    const value = brain.options[name]!;
    return typeof value === 'boolean' ? label.toLowerCase() : `${label.toLowerCase()} ${asShown(value)}`;
  }).join(', ');
}

function actions(brain: Brain): HTMLElement {
  const button = (text: string, action: (brain: Brain) => void, kind = '') =>
    h('button', {
      type: 'button', class: `small ${kind}`, 'aria-label': `${text.replace('…', '')} ${brain.name}`,
      onclick: () => action(brain),
    }, text);
  return h('div', { class: 'row tight' },
    button('Copy…', onCopy), button('Export', onExport),
    button('Reset…', onReset, 'danger'), button('Delete…', onDelete, 'danger'));
}

function links(brain: Brain): HTMLElement {
  const link = (to: string, text: string) => h('a', {
    href: `#${to}`, class: 'button small', 'aria-label': `${text} ${brain.name}`,
    onclick: () => choose({ brain: brain.name, checkpoint: null }),
  }, text);
  return h('div', { class: 'row' }, link('play', 'Play'), link('inside', 'Look inside'), link('learn', 'Train'));
}

export function brainCard(brain: Brain): HTMLElement {
  const special = specials(brain);
  return h('article', { class: 'card brain', 'data-brain': brain.name },
    h('h2', {}, brain.name),
    h('p', {}, `Rule ${RULES[brain.rule].title}. ${matches(brain.matches)}.`,
      special ? ` With ${special}.` : '',
      brain.training === null ? '' : ` Job ${brain.training} trains it.`),
    new Strength(brain).element,
    ...brain.warnings.map((text) => h('p', { class: 'warning' }, `⚠ ${text}`)),
    brain.last_save_error ? h('p', { class: 'warning' }, `⚠ It could not be saved: ${brain.last_save_error}`) : null,
    links(brain), actions(brain),
    new Checkpoints(brain).element);
}
