// Whether the server can be reached. While it cannot, it is asked again and again.

import { Topic } from '../topic';

export type Link = 'up' | 'down';

const FIRST_DELAY_MS = 500;
const LONGEST_DELAY_MS = 5000;
const HEARTBEAT_MS = 5000;
const PATIENCE_MS = 4000;

export const link = new Topic<Link>('up');

async function isAlive(): Promise<boolean> {
  try {
    const answer = await fetch('/healthz', {
      cache: 'no-store',
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    return answer.ok;
  } catch {
    return false;
  }
}

let timer = 0;

function lookIn(delay: number): void {
  clearTimeout(timer);
  timer = window.setTimeout(look, delay, delay);
}

async function look(delay: number): Promise<void> {
  if (await isAlive()) {
    if (link.value === 'down') link.set('up');
    lookIn(HEARTBEAT_MS);
  } else {
    const isNews = link.value === 'up';
    if (isNews) link.set('down');
    lookIn(isNews ? FIRST_DELAY_MS : Math.min(delay * 2, LONGEST_DELAY_MS));
  }
}

// A request has found nobody.
export function noticeSilence(): void {
  if (link.value === 'down') return;
  link.set('down');
  lookIn(FIRST_DELAY_MS);
}

export function tryNow(): void {
  lookIn(0);
}

export function watchConnection(): void {
  lookIn(HEARTBEAT_MS);
  addEventListener('offline', noticeSilence);
  addEventListener('online', tryNow);
}
