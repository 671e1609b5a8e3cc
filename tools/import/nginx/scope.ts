import type { Statement } from './statement.ts';

/** The blocks around a directive, the innermost first: location, server, http. */
export type Scope = readonly (readonly Statement[])[];

/** The directives of a name that are in force: those of the innermost block that has any, as nginx inherits. */
export function inForce(scope: Scope, name: string): Statement[] {
  for (const block of scope) {
    const own = block.filter((each) => each.name === name);
    if (own.length > 0) return own;
  }
  return [];
}

/** The last of them. */
export function lastInForce(scope: Scope, name: string): Statement | undefined {
  return inForce(scope, name).at(-1);
}

/** A text with the variables that `set` gives a fixed value. Others stay. @param used gets the `set` directives */
export function resolved(text: string, scope: Scope, used: Statement[] = []): string {
  return text.replace(/\$\{?([A-Za-z_]\w*)\}?/g, (whole, name: string) => {
    for (const block of scope) {
      const set = block.filter((each) => each.name === 'set' && each.args[0] === `$${name}`).at(-1);
      const value = set?.args[1];
      if (set === undefined || value === undefined) continue;
      used.push(set);
      return value;
    }
    return whole;
  });
}
