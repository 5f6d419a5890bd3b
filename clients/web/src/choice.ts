// What the visitor has chosen for the whole page, and the brains that there are.

import type { Brain, Policy } from './api/types';
import { getBrain, listBrains } from './api/daemon';
import { Failure } from './api/http';
import { Topic } from './topic';

export interface Choice {
  brain: string;
  checkpoint: string | null; // null: as it is now
  policy: Policy;
}

const KEY = 'ttstd-choice';
const FIRST: Choice = { brain: 'default', checkpoint: null, policy: 'sample' };

// What the tab remembers is only a convenience, so anything odd in it is dropped.
function remembered(): Choice {
  try {
    return { ...FIRST, ...JSON.parse(sessionStorage.getItem(KEY) ?? '{}') };
  } catch {
    return FIRST;
  }
}

// So many brains fit in a menu, and in a list that is asked for every few seconds.
export const FEW = 100;

export const brains = new Topic<Brain[]>([]); // in order of name
export const choice = new Topic<Choice>(remembered());

choice.watch((value) => sessionStorage.setItem(KEY, JSON.stringify(value)));

export function choose(change: Partial<Choice>): void {
  choice.set({ ...choice.value, ...change });
}

// Where a brain is only read: "name" or "name@checkpoint".
export function version(): string {
  const { brain, checkpoint } = choice.value;
  return checkpoint === null ? brain : `${brain}@${checkpoint}`;
}

let byName = new Map<string, Brain>();
brains.watch((list) => { byName = new Map(list.map((brain) => [brain.name, brain])); });

export function brainNamed(name: string): Brain | undefined {
  return byName.get(name);
}

// Those with this as a part of their names.
export function brainsLike(text: string, list: Brain[]): Brain[] {
  const part = text.trim().toLowerCase();
  return list.filter(({ name }) => name.includes(part));
}

// Differs whenever the brain's weights may.
export function stateOf(brain: Brain): string {
  return `${brain.created_at} ${brain.saved_at} ${brain.matches}`;
}

// Differs whenever what the page shows of it does.
export function looksOf(brain: Brain): string {
  return `${brain.name} ${stateOf(brain)} ${brain.training} ${brain.last_save_error} ${brain.warnings}`;
}

function take(list: Brain[]): void {
  const old = brains.value;
  const isSame = list.length === old.length && list.every((brain, i) => looksOf(brain) === looksOf(old[i]!));
  if (!isSame) brains.set(list);
}

// A chosen brain that is gone gives way to the first that is there.
function replaceLost(): void {
  if (brains.value.length === 0 || brainNamed(choice.value.brain)) return;
  const heir = brainNamed('default') ?? brains.value[0]!;
  choose({ brain: heir.name, checkpoint: null });
}

function withBrain(list: Brain[], name: string, brain: Brain | null): Brain[] {
  const changed = list.filter((one) => one.name !== name);
  if (brain) changed.push(brain);
  return changed.sort((a, b) => (a.name < b.name ? -1 : 1));
}

// What was learned of single brains while the list was on its way: it is newer than the list.
const news = new Map<string, Brain | null>();

// Asks for all brains anew.
export async function refreshBrains(): Promise<void> {
  news.clear();
  let list = await listBrains();
  for (const [name, brain] of news) list = withBrain(list, name, brain);
  take(list);
  replaceLost();
}

// Asks for one brain anew, which may be new or gone.
export async function refreshBrain(name: string): Promise<void> {
  const brain = await getBrain(name).catch((error) => {
    if (error instanceof Failure && error.status === 404) return null;
    throw error;
  });
  news.set(name, brain);
  take(withBrain(brains.value, name, brain));
  if (!brain) replaceLost();
}

// What is asked for every few seconds. Of many brains it is the chosen one alone, so that this costs the same
// however many there are; the others are asked for when the visitor comes to see them (main.ts).
export function pollBrains(): Promise<void> {
  return brains.value.length > FEW ? refreshBrain(choice.value.brain) : refreshBrains();
}

export function freeName(stem: string): string {
  let name = stem;
  for (let n = 2; brainNamed(name); n++) name = `${stem}-${n}`;
  return name;
}
