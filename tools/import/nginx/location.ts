import type { Scope } from './scope.ts';
import type { Statement } from './statement.ts';

/** A `location`, or the server itself for what is outside of all of them. */
export interface Location {
  /** `prefix` and `^~` match the beginning of a path. `named` is `@name`. */
  kind: 'prefix' | '^~' | 'exact' | 'regex' | 'named';
  /** A prefix, a path, a pattern or a name. */
  path: string;
  /** Of a pattern: whether it ignores case (`~*`). */
  caseless: boolean;
  /** Absent: the server itself. */
  statement: Statement | undefined;
  /** Its block and those around it. */
  scope: Scope;
}

/** The locations of a server, nested ones too, in the order of the file. */
export function locationsOf(scope: Scope): Location[] {
  return (scope[0] ?? []).flatMap((each): Location[] => {
    if (each.name !== 'location' || each.block === undefined) return [];
    const inner = [each.block, ...scope];
    return [{ ...matchOf(each), statement: each, scope: inner }, ...locationsOf(inner)];
  });
}

function matchOf({ args }: Statement): Pick<Location, 'kind' | 'path' | 'caseless'> {
  const [first = '', second] = args;
  const found = /^(=|\^~|~\*|~)(.*)$/s.exec(first);
  const path = second ?? found?.[2] ?? first;
  switch (found?.[1]) {
    case '=':
      return { kind: 'exact', path, caseless: false };
    case '^~':
      return { kind: '^~', path, caseless: false };
    case '~':
      return { kind: 'regex', path, caseless: false };
    case '~*':
      return { kind: 'regex', path, caseless: true };
    default:
      return { kind: first.startsWith('@') ? 'named' : 'prefix', path: first, caseless: false };
  }
}
