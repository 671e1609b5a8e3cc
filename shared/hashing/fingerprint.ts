import { absorb, finished } from './lanes.ts';

/**
 * A number that stands for a text: 53 bits of a hash. Among 4,096 texts, two share a number with a probability of 1 in 10^9. A
 * client that looks for two such texts finds some, so use it only where that harms nobody else.
 */
export function fingerprint(text: string): number {
  return finished(absorb([0x9e3779b9, 0x85ebca6b], text));
}
