// Tic-tac-toe as the daemon writes it: a board is nine digits, cell 0 first.
//
// Boards are drawn as a number pad lies: cell 0 at the bottom left, cell 8 at the top right.

export type Player = 1 | 2;
export type Result = 'player1' | 'player2' | 'draw';

export const EMPTY = '000000000';

// Cells from the top left to the bottom right, as they are read.
export const DRAWN_ORDER = [6, 7, 8, 3, 4, 5, 0, 1, 2];

export const CELL_NAMES = [
  'bottom left', 'bottom middle', 'bottom right',
  'middle left', 'centre', 'middle right',
  'top left', 'top middle', 'top right',
];

const LINES = [
  [0, 1, 2], [3, 4, 5], [6, 7, 8],
  [0, 3, 6], [1, 4, 7], [2, 5, 8],
  [0, 4, 8], [2, 4, 6],
];

export function mover(board: string): Player {
  const stones = [...board].filter((cell) => cell !== '0').length;
  return stones % 2 === 0 ? 1 : 2;
}

export function other(player: Player): Player {
  return player === 1 ? 2 : 1;
}

export function isFree(board: string, cell: number): boolean {
  return board[cell] === '0';
}

export function play(board: string, cell: number): string {
  return board.slice(0, cell) + mover(board) + board.slice(cell + 1);
}

export function boardAfter(moves: number[]): string {
  return moves.reduce(play, EMPTY);
}

// The three cells in a row that have been won; null if there are none.
export function wonLine(board: string): number[] | null {
  return LINES.find(([a, b, c]) =>
    board[a!] !== '0' && board[a!] === board[b!] && board[a!] === board[c!]) ?? null;
}

export function resultOf(board: string): Result | null {
  const line = wonLine(board);
  if (line) return board[line[0]!] === '1' ? 'player1' : 'player2';
  return board.includes('0') ? null : 'draw';
}

// Whether a match can end on that board; the server judges the boards at which somebody is to move.
export function canBeAnEnd(board: string): boolean {
  const count = (player: string) => [...board].filter((cell) => cell === player).length;
  const winners = new Set(LINES.map((cells) => new Set(cells.map((cell) => board[cell]!)))
    .flatMap((stones) => (stones.size === 1 && !stones.has('0') ? [...stones] : [])));
  const lead = count('1') - count('2');
  if (winners.size > 1) return false;
  return lead === (winners.has('2') ? 0 : 1) && (winners.size === 1 || !board.includes('0'));
}

export function mark(player: Player): string {
  return player === 1 ? '✕' : '○';
}
