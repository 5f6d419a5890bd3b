// What can be asked of the daemon, one function a request.

import type {
  BoardView, Brain, Checkpoint, CurvePoint, Evaluation, Job, JobRequest, Lesson, Move, Network,
  Options, Policy, RuleName,
} from './types';
import { ask, askJson, newKey } from './http';

const BRAINS_A_PAGE = 1000; // the most that the daemon gives

function brainPath(name: string): string {
  return `/brains/${encodeURIComponent(name)}`;
}

// A policy in a query.
export function policyText(policy: Policy): string {
  return typeof policy === 'string' ? policy : `power:${policy.power}`;
}

// All brains that keep a table, which are those that the page can draw, in order of name. They come in
// pages: ten thousand in one answer are 5 MB.
export async function listBrains(): Promise<Brain[]> {
  const list: Brain[] = [];
  for (let after: string | null = ''; after !== null;) {
    const path = `/brains?limit=${BRAINS_A_PAGE}&after=${encodeURIComponent(after)}`;
    const page: { brains: (Brain | Network)[]; next: string | null } = await askJson('GET', path);
    list.push(...page.brains.filter((brain): brain is Brain => brain.rows !== null));
    after = page.next;
  }
  return list;
}

export function getBrain(name: string): Promise<Brain> {
  return askJson('GET', brainPath(name));
}

export function createBrain(name: string, rule: RuleName, options: Options): Promise<Brain> {
  return askJson('PUT', brainPath(name), { body: { game: 'tictactoe', rule, options } });
}

export function deleteBrain(name: string): Promise<void> {
  return askJson('DELETE', brainPath(name));
}

export function resetBrain(name: string): Promise<Brain> {
  return askJson('POST', `${brainPath(name)}/reset`);
}

export function copyBrain(name: string, to: string): Promise<Brain> {
  return askJson('POST', `${brainPath(name)}/copy`, { body: { to } });
}

export async function exportBrain(name: string): Promise<Blob> {
  return (await ask('GET', `${brainPath(name)}/export`)).blob();
}

export function importBrain(name: string, file: string): Promise<Brain> {
  return askJson('PUT', `${brainPath(name)}/import`, { text: file });
}

export async function listCheckpoints(name: string): Promise<Checkpoint[]> {
  const path = `${brainPath(name)}/checkpoints`;
  return (await askJson<{ checkpoints: Checkpoint[] }>('GET', path)).checkpoints;
}

export function keepCheckpoint(name: string, checkpoint: string): Promise<Checkpoint> {
  return askJson('PUT', `${brainPath(name)}/checkpoints/${encodeURIComponent(checkpoint)}`);
}

export function deleteCheckpoint(name: string, checkpoint: string): Promise<void> {
  return askJson('DELETE', `${brainPath(name)}/checkpoints/${encodeURIComponent(checkpoint)}`);
}

export function restoreCheckpoint(name: string, checkpoint: string): Promise<Brain> {
  const path = `${brainPath(name)}/checkpoints/${encodeURIComponent(checkpoint)}/restore`;
  return askJson('POST', path);
}

export function chooseMove(version: string, board: string, policy: Policy): Promise<Move> {
  return askJson('POST', '/move', { body: { board, brain: version, policy }, isSafe: true });
}

export function learnMatch(brain: string, moves: number[], key: string): Promise<Lesson> {
  return askJson('POST', '/match', { body: { moves, brain }, key });
}

export function lookAt(
  version: string, board: string, policy: Policy, signal?: AbortSignal,
): Promise<BoardView> {
  const path = `${brainPath(version)}/boards/${encodeURIComponent(board)}`;
  return askJson('GET', `${path}?policy=${policyText(policy)}`, { signal });
}

export function evaluate(version: string, policy: Policy): Promise<Evaluation> {
  return askJson('GET', `${brainPath(version)}/evaluation?policy=${policyText(policy)}`);
}

export async function getCurve(name: string): Promise<CurvePoint[]> {
  return (await askJson<{ points: CurvePoint[] }>('GET', `${brainPath(name)}/curve`)).points;
}

export function startJob(request: JobRequest): Promise<Job> {
  return askJson('POST', '/train', { body: request, key: newKey() });
}

export async function listJobs(limit: number): Promise<Job[]> {
  return (await askJson<{ jobs: Job[] }>('GET', `/train?limit=${limit}`)).jobs;
}

export function getJob(id: number): Promise<Job> {
  return askJson('GET', `/train/${id}`);
}

export function stopJob(id: number): Promise<Job> {
  return askJson('DELETE', `/train/${id}`);
}
