import { normaliseSteps, type Profile } from '../../../shared/authoring/normalise.ts';
import { filledSteps, parseConfig } from '../../../shared/authoring/parse.ts';
import { pathText } from '../../../shared/authoring/problem.ts';
import { dataOf, type Source } from '../../../shared/authoring/source/source.ts';
import type { Config } from '../../../shared/model/config.ts';
import { runInSlices } from '../../../shared/time/steps.ts';

/** Between slices of a publication. About 60 slices of 5 ms make a large one, and nobody waits for its last millisecond. */
export const PAUSE_MS = 5;

/** This release cannot read a version that an earlier one stored. */
export class UnpublishableError extends Error {
  override readonly name = 'UnpublishableError';
}

/**
 * The configuration of a version, made in slices. It was checked when it was stored, so it is not checked again.
 * @throws {UnpublishableError} if the schema became stricter since
 */
export async function normalised(source: Source, profile: Profile): Promise<Config> {
  const data = dataOf(source);
  try {
    const filled = await runInSlices(filledSteps(data), PAUSE_MS);
    return await runInSlices(normaliseSteps(filled, { profile }), PAUSE_MS);
  } catch (cause) {
    const found = parseConfig(data, profile, { force: true }).problems.find(
      ({ severity }) => severity === 'error',
    );
    const why = found === undefined ? String(cause) : `${pathText(found.path)} ${found.message}`;
    throw new UnpublishableError(
      `this release does not take the newest version: ${why}; correct it, or go back to another version`,
      { cause },
    );
  }
}
