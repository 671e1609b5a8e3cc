import { policy } from './policy.ts';
import type { Target } from './strategy.ts';

/** A place on the globe, in degrees. */
type Place = Pick<Target, 'latitude' | 'longitude'>;

/**
 * Nearest first, by great circle. Targets without coordinates come last. Equally near targets keep the order listed. If the
 * position of the request is not known, all targets do.
 */
export const proximity = policy({
  name: 'proximity',
  about: 'The nearest pool first, by great circle.',
  levels: ['pools'],
  reads: ['position'],
  use: 'repeat',
  weighted: false,
  needs: ['coordinates'],
  rank(targets, { position = '' }) {
    // `50,9`. A position that is not known is the empty string.
    const [latitude = Number.NaN, longitude = Number.NaN, ...more] = position
      .split(',')
      .map(Number.parseFloat);
    const here: Place = more.length === 0 ? { latitude, longitude } : {};
    const distances = new Map(targets.map((target) => [target.id, distance(here, target)]));
    const of = (id: string) => distances.get(id) ?? FAR;
    return { order: targets.map(({ id }) => id).sort((a, b) => of(a) - of(b)) };
  },
});

/** Beyond every distance on the globe. It is finite, so that two of them compare. */
const FAR = 2 * Math.PI;

function radians(degrees = Number.NaN): number {
  return (degrees * Math.PI) / 180;
}

/** The angle between two places seen from the centre of the earth (haversine formula), in radians. */
function distance(a: Place, b: Place): number {
  const [a_latitude, b_latitude] = [radians(a.latitude), radians(b.latitude)];
  const h =
    Math.sin((b_latitude - a_latitude) / 2) ** 2 +
    Math.cos(a_latitude) *
      Math.cos(b_latitude) *
      Math.sin((radians(b.longitude) - radians(a.longitude)) / 2) ** 2;
  const angle = 2 * Math.asin(Math.min(1, Math.sqrt(h)));
  return Number.isFinite(angle) ? angle : FAR;
}
