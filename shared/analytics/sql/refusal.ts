import type { Token } from './tokens.ts';

/** A part of a query that production's SQL API does not accept. */
export interface Refusal {
  /** What is refused: `JOIN is not supported`. */
  message: string;
  /** What to write instead. */
  fix: string;
  /** From 1. */
  line: number;
  /** From 1. */
  column: number;
  /** First character, from 0. */
  offset: number;
}

/** @param at where it stands */
export function refuse(at: Pick<Token, 'line' | 'column' | 'offset'>, message: string, fix: string): Refusal {
  return { message, fix, line: at.line, column: at.column, offset: at.offset };
}

/** One line for people: place, what, fix. */
export function describeRefusal({ line, column, message, fix }: Refusal): string {
  return `line ${line}, column ${column}: ${message} (${fix})`;
}
