// A match between the visitor and a brain, and the score of all of them.

import { boardAfter, mover, other, resultOf } from '../game';
import type { Player, Result } from '../game';

export interface Score {
  won: number;
  drawn: number;
  lost: number;
}

export class Match {
  moves: number[] = [];

  constructor(readonly visitor: Player) {}

  get board(): string {
    return boardAfter(this.moves);
  }

  get result(): Result | null {
    return resultOf(this.board);
  }

  get isVisitorsTurn(): boolean {
    return this.result === null && mover(this.board) === this.visitor;
  }

  get isBrainsTurn(): boolean {
    return this.result === null && mover(this.board) === other(this.visitor);
  }

  get last(): number | null {
    return this.moves[this.moves.length - 1] ?? null;
  }

  // What the visitor got out of it.
  get outcome(): keyof Score | null {
    const { result } = this;
    if (result === null) return null;
    if (result === 'draw') return 'drawn';
    return result === `player${this.visitor}` ? 'won' : 'lost';
  }

  get canUndo(): boolean {
    return this.moves.length > (this.visitor === 1 ? 0 : 1);
  }

  // Takes back the visitor's last move, and what the brain answered.
  undo(): void {
    do this.moves.pop();
    while (mover(this.board) !== this.visitor);
  }
}
