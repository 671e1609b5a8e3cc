import { pathText } from '../../../shared/authoring/problem.ts';
import type { ConfigFile } from '../../../shared/authoring/schema.ts';
import { finish, type Imported, type ImportOptions } from '../finish.ts';
import { Notes } from '../output/notes.ts';
import { Ledger } from '../report/ledger.ts';
import { WHOLE } from '../report/print.ts';
import { readJsonTree } from '../tree/json.ts';
import { isFields, type Leaf, type TreePath } from '../tree/tree.ts';
import { withNames } from './names.ts';
import { objectsOf } from './objects.ts';
import { apiPath, type Found } from './terraform.ts';
import { type Draft, makeValid, type Removed, withoutHoles } from './valid.ts';

/**
 * Imports Cloudflare Load Balancing: answers of its API, or a state of Terraform.
 * @param file its name in messages
 * @throws CliError if the file is not valid JSON, or holds something else
 */
export function importCloudflare(file: string, text: string, options: ImportOptions): Imported {
  const tree = readJsonTree(file, text);
  const found = objectsOf(file, tree.data);
  const leaves = tree.leaves.map((leaf) => shown(leaf, found));
  const ledger = new Ledger(leaves);
  const notes = new Notes();
  const named = withNames(found);
  const draft: Draft = { load_balancers: [], pools: [], monitors: [], monitor_groups: [] };
  const sources = new Map<string, Found>();
  for (const { list, value, path } of named) {
    const cleaned = withoutUnset(value);
    sources.set(JSON.stringify([list, draft[list]?.length]), { list, value, path });
    draft[list]?.push(cleaned);
    if (isFields(cleaned)) notes.add(cleaned, `${file}:${lineOf(leaves, path)}`);
  }
  classify(leaves, found, makeValid(draft), sources, ledger);
  const config = configOf(draft, notes);
  return finish({ config, notes, ledger, unnamed: [], header: headerOf(file) }, options);
}

function headerOf(file: string): string[] {
  return [
    `Imported from Cloudflare Load Balancing (${file}) by \`lb import cloudflare\`. The report says what became of every value.`,
    'Fields and defaults are the same here. Ids are replaced by names, and what only DNS, networks or another prober could do is left out.',
  ];
}

/** Fields that Cloudflare sets. */
const SET_BY_API =
  /^(created_on|modified_on|created_at|updated_at|account_id|zone_id|zone_name|disabled_at|healthy|failure_reason|load_shedding_id)$/;

/** An object without fields that are not set, and without those that the API sets. */
function withoutUnset(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutUnset);
  if (!isFields(value)) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, part]) =>
      part === null || SET_BY_API.test(key) ? [] : [[key, withoutUnset(part)]],
    ),
  );
}

/** Values of other resources of a state may be secrets. */
function shown(leaf: Leaf, found: readonly Found[]): Leaf {
  const is_own = found.some(({ path }) => begins(leaf.path, path));
  const is_secret = leaf.path.includes('header') && !leaf.path.includes('origins');
  return is_own && !is_secret ? leaf : { ...leaf, text: leaf.text.replace(/: .*$/s, ': …') };
}

function begins(path: TreePath, start: TreePath): boolean {
  return start.every((key, index) => path[index] === key);
}

function lineOf(leaves: readonly Leaf[], path: TreePath): number {
  return leaves.find((leaf) => begins(leaf.path, path))?.line ?? 1;
}

/** Gives every value of the source its fate. */
function classify(
  leaves: readonly Leaf[],
  found: readonly Found[],
  removed: readonly Removed[],
  sources: ReadonlyMap<string, Found>,
  ledger: Ledger,
): void {
  const gone = removed.map(({ path, problem }) => {
    const source = sources.get(JSON.stringify(path.slice(0, 2)));
    return { object: source?.path ?? [], path: path.slice(2), problem };
  });
  for (const leaf of leaves) {
    const object = found.find(({ path }) => begins(leaf.path, path));
    if (object === undefined) {
      ledger.platform(leaf, `${WHOLE}not an object of load balancing`);
      continue;
    }
    const own = apiPath(leaf.path.slice(object.path.length));
    const hit = gone.find((each) => each.object === object.path && overlaps(own, each.path));
    const key = String(own.findLast((part) => typeof part === 'string') ?? '');
    if (hit !== undefined) {
      const message = hit.problem.message.replace(/^.*has no effect: /s, 'no effect here: ');
      if (hit.problem.severity === 'warning') ledger.platform(leaf, message);
      else ledger.none(leaf, hit.path.length === 0 ? message : `${pathText(hit.path)}: ${message}`);
    } else if (SET_BY_API.test(key)) ledger.platform(leaf, 'set by the API');
    else if (own.length === 1 && key === 'id') ledger.taken(leaf, 'a name instead');
    else ledger.taken(leaf);
  }
}

/** Whether a removed field holds a value, or a value stands for the removed field. */
function overlaps(own: TreePath, removed: TreePath): boolean {
  return begins(own, removed) || (own.length > 0 && begins(removed, own));
}

/** The draft as a configuration. Comments stay with their objects. */
function configOf(draft: Draft, notes: Notes): ConfigFile {
  const lists = Object.entries(draft).map(([list, items]) => [
    list,
    items.flatMap((item) => {
      if (item === undefined) return [];
      const clean = withoutHoles(item);
      if (isFields(item) && isFields(clean)) for (const note of notes.of(item)) notes.add(clean, note);
      return [clean];
    }),
  ]);
  // makeValid has checked it against the schema.
  return Object.fromEntries(lists) as ConfigFile;
}
