import type { Profile } from '../../shared/authoring/normalise.ts';

/** The profile that configurations of this console are checked with. */
export function profileOf({ LOCAL }: { LOCAL?: string }): Profile {
  return LOCAL === 'true' ? 'local' : 'production';
}
