// What the visitor has chosen for the whole page, and the brains that there are.

import type { Brain, Policy } from './api/types';
import { listBrains } from './api/daemon';
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

export const brains = new Topic<Brain[]>([]);
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

export function brainNamed(name: string): Brain | undefined {
  return brains.value.find((brain) => brain.name === name);
}

// Asks for the brains anew. A chosen brain that is gone gives way to the first that is there.
export async function refreshBrains(): Promise<void> {
  const list = await listBrains();
  if (JSON.stringify(list) !== JSON.stringify(brains.value)) brains.set(list);
  if (list.length > 0 && !brainNamed(choice.value.brain)) {
    const heir = brainNamed('default') ?? list[0]!;
    choose({ brain: heir.name, checkpoint: null });
  }
}

// Differs whenever the brain's weights may.
export function stateOf(brain: Brain): string {
  return `${brain.created_at} ${brain.saved_at} ${brain.matches}`;
}

export function freeName(stem: string): string {
  let name = stem;
  for (let n = 2; brainNamed(name); n++) name = `${stem}-${n}`;
  return name;
}
