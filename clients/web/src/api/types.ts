// What the daemon answers; schema/openapi.yaml says it in full.

import type { Player, Result } from '../game';

export type RuleName = 'beads' | 'menace' | 'guard';
export type PolicyName = 'sample' | 'greedy';
export type Policy = PolicyName | { power: number };

export interface Results {
  player1: number;
  player2: number;
  draw: number;
}

export type Options = Record<string, number | boolean | string>;

export interface Brain {
  name: string;
  rule: RuleName;
  options: Options;
  matches: number;
  results: Results;
  rows: number;
  bytes: number; // of memory, while it is used
  lessons: number; // reported matches that stand on disk behind its table
  training: number | null;
  created_at: string;
  saved_at: string;
  last_save_error: string | null;
  warnings: string[];
}

// A brain without a table: it reads boards, of any game, by patterns.
export interface Network {
  name: string;
  rows: null;
}

export interface Checkpoint {
  name: string;
  matches: number;
  created_at: string;
}

export interface Move {
  board: string;
  move: number;
  next: string;
  result: Result | null;
  weights: number[];
  probabilities: number[];
}

export interface Change {
  board: string;
  move: number;
  before: number;
  after: number;
}

export interface Lesson {
  brain: string;
  result: Result;
  changes: Change[];
}

export type Value = -1 | 0 | 1;

export interface BoardView {
  board: string;
  player: Player;
  weights: number[];
  probabilities: number[];
  proofs: (Value | null)[] | null;
  value: Value;
  values: (Value | null)[];
}

export type Opponent = 'self' | 'random' | 'perfect' | { brain: string };
export type Until =
  | { never_loses: true }
  | { exploitability_below: number; policy?: Policy }
  | null;

export interface JobRequest {
  matches: number;
  brain: string;
  workers: number;
  learn: Player[];
  opponent: Opponent;
  until: Until;
}

export type JobState = 'queued' | 'running' | 'stopping' | 'done' | 'stopped' | 'failed';

export interface Job extends JobRequest {
  id: number;
  state: JobState;
  matches_done: number;
  ended_by: 'matches' | 'until' | 'stop' | 'error' | null;
  results: Results;
  matches_per_second: number;
  error: string | null;
}

interface Outcome {
  win: number;
  draw: number;
  loss: number;
}

interface Outcomes {
  as_player1: Outcome;
  as_player2: Outcome;
}

export interface Evaluation {
  matches: number;
  random: Outcomes;
  perfect: Outcomes;
  worst_case_loss: { as_player1: number; as_player2: number };
  exploitability: number;
  never_loses: { as_player1: boolean; as_player2: boolean };
}

export interface CurvePoint {
  matches: number;
  sample: Evaluation;
  greedy: Evaluation;
}
