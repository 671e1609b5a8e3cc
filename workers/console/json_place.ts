import type { Path } from '../../shared/authoring/problem.ts';

/** A value in a body, with the values around it. Bodies nest as deeply as their sender likes, so nothing here is recursive. */
export interface Placed {
  value: unknown;
  /** Absent: the body itself. */
  key?: string | number;
  around?: Placed;
}

/** The values inside a list or an object, in its order. Other values have none. */
export function inside(around: Placed): Placed[] {
  const { value } = around;
  if (typeof value !== 'object' || value === null) return [];
  return Array.isArray(value)
    ? value.map((inner: unknown, key) => ({ value: inner, key, around }))
    : Object.entries(value).map(([key, inner]) => ({ value: inner, key, around }));
}

/** The path to a value. Only mistakes need one. */
export function pathTo(placed: Placed): Path {
  const path: (string | number)[] = [];
  for (let at: Placed | undefined = placed; at?.key !== undefined; at = at.around) path.push(at.key);
  return path.reverse();
}
