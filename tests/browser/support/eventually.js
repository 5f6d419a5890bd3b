// Conditions that are waited for.

import { setTimeout as pause } from 'node:timers/promises';

export const DEADLINE_MS = /\b(asan|tsan)\b/.test(process.env.TTST_BUILD ?? '') ? 90_000 : 30_000;
const BETWEEN_MS = 25;

export async function eventually(what, look) {
  const deadline = Date.now() + DEADLINE_MS;
  for (;;) {
    const found = await look();
    if (found) return found;
    if (Date.now() > deadline) throw new Error(`not in time: ${what}`);
    await pause(BETWEEN_MS); // between two looks
  }
}
