import type { Path } from './problem.ts';
import type { FilledBalancer, FilledConfig, FilledMonitor, FilledOrigin, FilledPool } from './schema.ts';

/** A configuration without its faulty values: any may be missing. Checks read drafts, so one run reports every problem. */
export type Draft<T> = T extends readonly (infer Item)[]
  ? ReadonlyArray<Draft<Item> | undefined>
  : T extends object
    ? { readonly [Key in keyof T]?: Draft<T[Key]> | undefined }
    : T;

export type DraftConfig = Draft<FilledConfig>;
export type DraftBalancer = Draft<FilledBalancer>;
export type DraftPool = Draft<FilledPool>;
export type DraftOrigin = Draft<FilledOrigin>;
export type DraftMonitor = Draft<FilledMonitor>;

/** Removes the values at `faulty` from the schema's output. Indices stay the same. */
export function toDraft(output: unknown, faulty: readonly Path[]): DraftConfig {
  if (faulty.some((path) => path.length === 0)) return {};
  const draft: unknown = structuredClone(output);
  for (const path of faulty) {
    const key = path.at(-1);
    const parent = path.slice(0, -1).reduce(get, draft);
    if (key === undefined || typeof parent !== 'object' || parent === null) continue;
    (parent as Record<string | number, unknown>)[key] = undefined;
  }
  return draft as DraftConfig;
}

function get(value: unknown, key: string | number): unknown {
  return typeof value === 'object' && value !== null
    ? (value as Record<string | number, unknown>)[key]
    : undefined;
}

/** The items of a list that are not missing. */
export function items<T>(list: readonly (T | undefined)[] | undefined): T[] {
  return (list ?? []).filter((item) => item !== undefined);
}

/** {@link items} with their paths: `[['pools', 0], …]`. @param path of the list */
export function* placed<T>(
  list: readonly (T | undefined)[] | undefined,
  ...path: Path
): Generator<[Path, T]> {
  for (const [index, item] of (list ?? []).entries()) if (item !== undefined) yield [[...path, index], item];
}
