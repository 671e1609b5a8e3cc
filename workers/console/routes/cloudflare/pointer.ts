import type { Path } from '../../../../shared/authoring/problem.ts';

/** A JSON pointer (RFC 6901): `['origins', 0, 'a/b']` is `/origins/0/a~1b`. Empty for the whole body. */
export function pointerOf(path: Path): string {
  return path.map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
