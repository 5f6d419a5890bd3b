// What things are called and what they mean, for people who learn or teach reinforcement learning.

import type { Evaluation, Options, RuleName, Value } from './api/types';
import type { Player } from './game';

export const RULES: Record<RuleName, { title: string; explanation: string }> = {
  beads: {
    title: 'beads – the original',
    explanation: 'Each move of the winner gains 3 beads, each of the loser loses 1. A full board counts ' +
      'as a win for the second player, who so learns to be safe. The first player never does: a draw ' +
      'costs it as much as a loss.',
  },
  menace: {
    title: 'menace – draws pay too',
    explanation: 'As the matchbox machine of 1961: a win pays 3 beads, a draw 1, a loss costs 1. A tenth ' +
      'of its training moves are tried at random, and full boxes are halved, so old lessons fade. ' +
      'Playing its heaviest moves, it learns not to lose as either player.',
  },
  guard: {
    title: 'guard – remembers what is proven',
    explanation: 'Besides its beads it remembers which moves are proven to win or to lose, and plays ' +
      'among those that are not known to be worse. Soon it never loses, and it wins what can be won.',
  },
};

export interface OptionField {
  name: string;
  label: string;
  explanation: string;
  kind: 'count' | 'share' | 'flag' | 'scoring';
  min?: number;
  max?: number;
}

export const OPTIONS: OptionField[] = [
  {
    name: 'start_weight', label: 'Beads at first', kind: 'count', min: 1, max: 1048576,
    explanation: 'What every legal move of a new brain has. More of them make it learn more slowly, and ' +
      'less by chance.',
  },
  {
    name: 'reward', label: 'Reward', kind: 'count', min: 0, max: 255,
    explanation: 'The beads that each move of the winner gains.',
  },
  {
    name: 'penalty', label: 'Penalty', kind: 'count', min: 0, max: 255,
    explanation: 'The beads that each move of the loser loses; one always stays.',
  },
  {
    name: 'draw_reward', label: 'Reward for a draw', kind: 'count', min: 0, max: 255,
    explanation: 'The beads that both players’ moves gain by a draw. Needs standard scoring.',
  },
  {
    name: 'explore', label: 'Exploration', kind: 'share', min: 0, max: 1,
    explanation: 'The share of training moves that are drawn from all legal ones alike, from 0 to 1, so ' +
      'that it does not only do what it already likes. It never explores when it plays you.',
  },
  {
    name: 'halve_above', label: 'Halve above', kind: 'count', min: 256, max: 1073741824,
    explanation: 'A board with more beads than this has them all halved. A low number makes old lessons ' +
      'fade.',
  },
  {
    name: 'scoring', label: 'A full board is', kind: 'scoring',
    explanation: 'What a full board without a line is worth when the brain learns.',
  },
  {
    name: 'symmetry', label: 'Share mirrored boards', kind: 'flag',
    explanation: 'Boards that differ only by turning or mirroring share their beads: 627 boxes instead ' +
      'of 4,520, so it learns from fewer matches.',
  },
];

export const DEFAULTS: Record<RuleName, Options> = {
  beads: {
    start_weight: 6, reward: 3, penalty: 1, draw_reward: 0, explore: 0, halve_above: 1073741824,
    scoring: 'ttst', symmetry: false,
  },
  menace: {
    start_weight: 6, reward: 3, penalty: 1, draw_reward: 1, explore: 0.1, halve_above: 4096,
    scoring: 'standard', symmetry: false,
  },
  guard: {
    start_weight: 6, reward: 3, penalty: 1, draw_reward: 0, explore: 0.3, halve_above: 1073741824,
    scoring: 'standard', symmetry: false,
  },
};

export interface Quantity {
  title: string;
  explanation: string;
  unit: 'share' | 'number';
  // `null` for a player: one number for both.
  lines: { title: string; of(evaluation: Evaluation): number }[];
}

function both(of: (evaluation: Evaluation, player: 'as_player1' | 'as_player2') => number) {
  return [
    { title: '✕ – as first player', of: (e: Evaluation) => of(e, 'as_player1') },
    { title: '○ – as second player', of: (e: Evaluation) => of(e, 'as_player2') },
  ];
}

export const QUANTITIES: Record<string, Quantity> = {
  worst: {
    title: 'Worst-case loss',
    unit: 'share',
    explanation: 'How often it loses to an opponent who knows its every habit and is out to beat it. 0 % ' +
      'means that nobody can win against it; lower is better.',
    lines: both((e, player) => e.worst_case_loss[player]),
  },
  random: {
    title: 'Wins against random',
    unit: 'share',
    explanation: 'How often it beats an opponent who picks any free cell at random. Higher is better; the ' +
      'best that can be is 99.5 % as first player and 93.9 % as second.',
    lines: both((e, player) => e.random[player].win),
  },
  exploitability: {
    title: 'Exploitability',
    unit: 'number',
    explanation: 'What a perfect opponent would gain from its mistakes, averaged over both players, if a ' +
      'win counts 1, a draw 0 and a loss −1. 0 is perfect play, a Nash equilibrium; lower is better.',
    lines: [{ title: 'as both players', of: (e: Evaluation) => e.exploitability }],
  },
};

export const POLICIES = {
  sample: {
    title: 'by weight',
    explanation: 'Draws a bead: a move with twice the weight is played twice as often (sample).',
  },
  power: {
    title: 'prefers heavy',
    explanation: 'Draws, but with each weight raised to a power, so that good moves come more often.',
  },
  greedy: {
    title: 'heaviest',
    explanation: 'Always the move with the largest weight (greedy): its strongest play, without variety.',
  },
};

export const VALUE_WORDS: Record<Value, { word: string; sign: string }> = {
  '1': { word: 'wins', sign: '+' },
  '0': { word: 'draws', sign: '=' },
  '-1': { word: 'loses', sign: '−' },
};

export function playerName(player: Player): string {
  return player === 1 ? '✕, the first player' : '○, the second player';
}
