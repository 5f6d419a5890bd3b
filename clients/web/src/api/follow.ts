// Follows a job to its end: by the server's events, or by asking again and again where it has none.

import type { CurvePoint, Job } from './types';
import { link } from './connection';
import { getCurve, getJob } from './daemon';
import { readEvents } from './events';
import { ask, Failure, Silence } from './http';

const POLL_MS = 300;
const QUEUED_POLL_MS = 1500;
const POLLS_A_CURVE = 3; // a curve is some hundred times as long as a job
const RETRY_MS = 1000;

// Browsers open six connections to a server, for all tabs together, and a stream keeps one busy.
const STREAMS_MAX = 1;
let streams = 0;

export interface Follower {
  progress(job: Job): void;
  evaluation(point: CurvePoint): void;
}

export function isOver(job: Job): boolean {
  return job.state === 'done' || job.state === 'stopped' || job.state === 'failed';
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

// Whether the end has been seen. Throws Failure with 404 where there are no events.
async function listen(
  id: number, follower: Follower, position: { last: string | null }, signal: AbortSignal,
): Promise<boolean> {
  const answer = await ask('GET', `/train/${id}/events`, {
    accept: 'text/event-stream', lastEvent: position.last, signal,
  });
  for await (const event of readEvents(answer.body!)) {
    position.last = event.id ?? position.last;
    const data = JSON.parse(event.data);
    if (event.type === 'evaluation') follower.evaluation(data);
    if (event.type === 'progress' || event.type === 'end') follower.progress(data);
    if (event.type === 'end') return true;
  }
  return false;
}

// The points of the curve that have come since, as events would have told them.
async function pollCurve(job: Job, follower: Follower, seen: Set<number>): Promise<void> {
  for (const point of await getCurve(job.brain)) {
    if (!seen.has(point.matches)) follower.evaluation(point);
    seen.add(point.matches);
  }
}

async function poll(id: number, follower: Follower): Promise<void> {
  const seen = new Set<number>();
  for (let turn = 0; ; turn++) {
    try {
      const job = await getJob(id);
      if (isOver(job) || turn % POLLS_A_CURVE === 0) await pollCurve(job, follower, seen);
      follower.progress(job);
      if (isOver(job)) return;
      await pause(job.state === 'queued' ? QUEUED_POLL_MS : POLL_MS);
    } catch (error) {
      if (!(error instanceof Silence)) throw error;
      await pause(RETRY_MS); // the server goes on with the job when it is back, and so do we
    }
  }
}

// A stream that a server left behind may never end by itself, so it is cut when the server is away.
async function listenWhileUp(
  id: number, follower: Follower, position: { last: string | null },
): Promise<boolean> {
  const cut = new AbortController();
  const unwatch = link.watch((state) => state === 'down' && cut.abort());
  streams++;
  try {
    return await listen(id, follower, position, cut.signal);
  } finally {
    streams--;
    unwatch();
  }
}

// Returns when the job is over. Throws Failure when it is not there any more.
export async function followJob(id: number, follower: Follower): Promise<void> {
  const position = { last: null };
  if (streams >= STREAMS_MAX) return poll(id, follower);
  for (;;) {
    try {
      if (await listenWhileUp(id, follower, position)) return;
    } catch (error) {
      if (error instanceof Failure) return poll(id, follower);
    }
    await pause(RETRY_MS);
  }
}
