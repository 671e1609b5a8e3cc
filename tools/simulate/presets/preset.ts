import type { Steering } from '../documents.ts';
import type { Figures } from '../figures.ts';
import type { ScenarioFile } from '../scenario.ts';

/** A figure of ours, compared with a known one. */
export interface Row {
  what: string;
  ours: number;
  known: number;
  /** Source of the known figure. */
  source: string;
  /** With `at most`, ours may be lower by any amount; with `at least`, higher. */
  relation: 'equal' | 'at most' | 'at least';
  /** Largest allowed difference, in the unit of the figures. */
  tolerance: number;
  /** Reason for the tolerance. */
  because: string;
}

/** A set of cases with known figures. */
export interface Preset {
  name: string;
  title: string;
  run(lab: Lab): Row[];
}

/** The means of a preset for measuring. */
export interface Lab {
  /** Whether to run fewer cases with fewer requests, as tests do. Cases with long queues are left out. */
  quick: boolean;
  measure(scenario: ScenarioFile, steering: Steering): Figures;
}

/** The difference between our figure and the known one, as a share of the known one, or in its unit if that is 0. */
export function difference({ ours, known }: Row): number {
  return known === 0 ? ours : ours / known - 1;
}

/** Whether our figure is within its tolerance. */
export function holds({ ours, known, relation, tolerance }: Row): boolean {
  const above = ours - known;
  const wrong = { equal: Math.abs(above), 'at most': above, 'at least': -above };
  return wrong[relation] <= tolerance;
}
