import type { Policy } from './policy.ts';
import type { Target } from './strategy.ts';

/** A place on the globe, in radians. */
interface Place {
  latitude: number;
  longitude: number;
}

/**
 * Nearest first, by great circle. Targets without coordinates stand last, equally near ones and all of them when
 * the position is not known in the order listed.
 */
export const proximity: Policy<'position'> = {
  name: 'proximity',
  about: 'The nearest pool first, by great circle.',
  levels: ['pools'],
  reads: ['position'],
  use: 'repeat',
  weighted: false,
  needs: ['coordinates'],
  rank(targets, facts) {
    const here = parsePosition(facts.position ?? '');
    const distances = new Map(targets.map((target) => [target.id, distance(here, placeOf(target))]));
    const of = (id: string) => distances.get(id) ?? FAR;
    return { order: targets.map(({ id }) => id).sort((a, b) => of(a) - of(b)) };
  },
};

/** Beyond every distance on the globe; finite, so that two of them compare. */
const FAR = 2 * Math.PI;

/** `50,9` -> radians; undefined: not known. */
function parsePosition(text: string): Place | undefined {
  const [latitude, longitude, ...more] = text.split(',').map(Number.parseFloat);
  return more.length === 0 ? place(latitude, longitude) : undefined;
}

function placeOf({ latitude, longitude }: Target): Place | undefined {
  return place(latitude, longitude);
}

function place(latitude: number | undefined, longitude: number | undefined): Place | undefined {
  if (latitude === undefined || longitude === undefined) return undefined;
  if (!Number.isFinite(latitude) || !Number.isFinite(longitude)) return undefined;
  return { latitude: radians(latitude), longitude: radians(longitude) };
}

function radians(degrees: number): number {
  return (degrees * Math.PI) / 180;
}

/** The angle between two places seen from the centre of the earth (haversine formula), in radians. */
function distance(a: Place | undefined, b: Place | undefined): number {
  if (a === undefined || b === undefined) return FAR;
  const h =
    Math.sin((b.latitude - a.latitude) / 2) ** 2 +
    Math.cos(a.latitude) * Math.cos(b.latitude) * Math.sin((b.longitude - a.longitude) / 2) ** 2;
  return 2 * Math.asin(Math.min(1, Math.sqrt(h)));
}
