import { parseConfig } from '../../../shared/authoring/parse.ts';
import type { Path, Problem } from '../../../shared/authoring/problem.ts';
import { isHost } from '../parts/host.ts';
import { isFields } from '../tree/tree.ts';

/** Lists of a configuration, whose items are mutable. */
export type Draft = Record<string, unknown[]>;

/** What was taken out of a draft, and why. */
export interface Removed {
  path: Path;
  problem: Problem;
}

/** Each round may bring new problems to light, such as a reference to a monitor that went. */
const MOST_ROUNDS = 100;

/**
 * Takes out of a draft what no configuration can have: fields with an error, and fields without effect. It changes the draft.
 * Removed items of lists become `undefined` until the end, so that paths stay.
 * @returns in the order of removal
 */
export function makeValid(draft: Draft): Removed[] {
  const removed: Removed[] = [];
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const { problems } = parseConfig(withoutHoles(draft), 'production');
    const found = problems
      .map((problem) => ({ problem, path: safePath(originalPath(draft, problem.path)) }))
      .filter(({ problem, path }) => isRemovable(problem, valueAt(draft, path)));
    const before = removed.length;
    for (const { problem, path } of found) {
      const done = removed
        .slice(before)
        .some((other) => other.path.every((key, index) => path[index] === key));
      const gone = done ? undefined : remove(draft, path);
      if (gone !== undefined) removed.push({ path: gone, problem });
    }
    if (removed.length === before) break;
  }
  return removed;
}

/** Addresses of origins are made reachable later. */
function isRemovable({ severity, path, message, forceable }: Problem, value: unknown): boolean {
  // An account may have everything switched off.
  if (forceable) return false;
  if (path.at(-1) === 'address' && path.at(-3) === 'origins' && typeof value === 'string' && isHost(value))
    return false;
  return severity === 'error' || (severity === 'warning' && message.includes('has no effect'));
}

/** Fields without which an object would do more than it should: a rule without its condition applies to every request. */
const GUARDS: readonly unknown[] = ['type', 'condition', 'match'];

/** The path, or that of the whole object where its field must not just go. */
function safePath(path: Path): Path {
  const at = path.findIndex((key) => GUARDS.includes(key));
  return at === -1 ? path : path.slice(0, at);
}

function valueAt(draft: Draft, path: Path): unknown {
  return path.reduce<unknown>(partOf, draft);
}

/** The draft without removed items. */
export function withoutHoles(value: unknown): unknown {
  if (Array.isArray(value)) return value.filter((item) => item !== undefined).map(withoutHoles);
  if (!isFields(value)) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, part]) => (part === undefined ? [] : [[key, withoutHoles(part)]])),
  );
}

/** A path in the draft, whose lists have holes. */
function originalPath(draft: unknown, path: Path): Path {
  let value: unknown = draft;
  return path.map((key) => {
    let own = key;
    if (Array.isArray(value) && typeof key === 'number') {
      const kept = [...value.keys()].filter((index) => Array.isArray(value) && value[index] !== undefined);
      own = kept[key] ?? key;
    }
    value = partOf(value, own);
    return own;
  });
}

function partOf(value: unknown, key: string | number): unknown {
  const holds = typeof value === 'object' && value !== null && Object.hasOwn(value, key);
  return holds ? (value as Record<string | number, unknown>)[key] : undefined;
}

/** Removes the value at a path, or where there is none, what it is missing from. @returns undefined: a whole list would go */
function remove(draft: Draft, path: Path): Path | undefined {
  for (let length = path.length; length >= 2; length--) {
    const place = path.slice(0, length);
    const holder = valueAt(draft, place.slice(0, -1));
    const key = place.at(-1);
    if (key === undefined || partOf(holder, key) === undefined) continue;
    if (Array.isArray(holder)) holder[Number(key)] = undefined;
    else if (isFields(holder)) delete (holder as Record<string, unknown>)[key];
    return place;
  }
  return undefined;
}
