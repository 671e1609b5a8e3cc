import type { Steering } from '../documents.ts';
import type { Figures } from '../figures.ts';
import type { ScenarioFile } from '../scenario.ts';

/** One figure of ours beside one that is known. */
export interface Row {
  what: string;
  ours: number;
  known: number;
  /** Where the known one comes from. */
  source: string;
  /** `at most`: ours may be less by anything; `at least`: more. */
  relation: 'equal' | 'at most' | 'at least';
  /** Largest difference allowed, in the unit of the figures. */
  tolerance: number;
  /** What the tolerance is made of. */
  because: string;
}

/** Cases that belong together, and what is known about them. */
export interface Preset {
  name: string;
  title: string;
  run(lab: Lab): Row[];
}

/** What a preset measures with. */
export interface Lab {
  /** Fewer cases and fewer requests, for tests: what takes long queues is left out. */
  quick: boolean;
  measure(scenario: ScenarioFile, steering: Steering): Figures;
}

/** How far ours is from the known figure, as a share of it; of nothing, in its unit. */
export function difference({ ours, known }: Row): number {
  return known === 0 ? ours : ours / known - 1;
}

/** Whether ours is within its tolerance. */
export function holds({ ours, known, relation, tolerance }: Row): boolean {
  const above = ours - known;
  const wrong = { equal: Math.abs(above), 'at most': above, 'at least': -above };
  return wrong[relation] <= tolerance;
}
