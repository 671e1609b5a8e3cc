import fc from 'fast-check';
import { inject } from 'vitest';

declare module 'vitest' {
  interface ProvidedContext {
    /** Cases a property, from vitest.config.ts. */
    property_runs: number;
  }
}

/**
 * fast-check's parameters for every property: 1,000 cases, or 100,000 in the full run (`npm run test:property`). Cases are new ones each time; a failure prints its seed and its smallest case.
 */
export function runs(): { numRuns: number } {
  return { numRuns: inject('property_runs') };
}

/** Any JavaScript string, lone surrogates too. (fast-check's own take seconds to set up on a busy machine.) */
export const anyText = fc
  .array(fc.oneof(fc.nat(0x7f), fc.nat(0xffff)), { maxLength: 30 })
  .map((units) => String.fromCharCode(...units));
