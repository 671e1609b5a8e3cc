import { type Path, type Problem, problemText } from '../../../shared/authoring/problem.ts';
import { CODES, type Mistake } from '../refusal.ts';
import { KIND, type Place } from './objects.ts';

/** A path as a JSON pointer (RFC 6901): `['origins', 0]` -> `/origins/0`. */
export function pointerOf(path: Path): string {
  return path.map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/** A problem of a body as Cloudflare's API words it. @param path in the body */
export function mistakeOf({ message, forceable }: Problem, path: Path): Mistake {
  return {
    code: forceable === true ? CODES.needs_force : CODES.invalid,
    message: `${problemText({ path, message })}${forceable === true ? ', or send `?force=true`' : ''}: validation failed`,
    pointer: pointerOf(path),
  };
}

/** A problem of an object that the body is not: it is named, and there is no pointer into the body. @param path in the object */
export function mistakeElsewhere(problem: Problem, { list, key }: Place, path: Path): Mistake {
  const { pointer: _, ...mistake } = mistakeOf(problem, path);
  return { ...mistake, message: `${KIND[list]} ${key}: ${mistake.message}` };
}
