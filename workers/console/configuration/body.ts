import { problemText, shown } from '../../../shared/authoring/problem.ts';
import { withReferences } from '../../../shared/authoring/references/places.ts';
import { child, nodeAt, notes, type SchemaNode } from '../../../shared/authoring/schema_node.ts';
import type { ObjectList } from '../../../shared/authoring/source/lists.ts';
import { CODES, type Mistake, Refusal } from '../refusal.ts';
import { pointerOf } from './mistakes.ts';
import { KIND } from './objects.ts';

type Fields = Readonly<Record<string, unknown>>;

/** What an API id stands for. */
export interface Ids {
  /** The name of the object with this id. Undefined: there is none. */
  keyOf(list: ObjectList, id: string): string | undefined;
  /** The id of the object with this name. Undefined: there is none. */
  idOf(list: ObjectList, key: string): string | undefined;
}

/** Checks that a body is an object. @throws {Refusal} 400 */
export function fieldsOf(body: unknown): Fields {
  if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body as Fields;
  throw new Refusal(400, [
    {
      code: CODES.invalid,
      message: `got ${shown(body)}; send a JSON object: validation failed`,
      pointer: '',
    },
  ]);
}

/**
 * The form in which a sent object is stored: without fields that are `null`, which means unset, without what the API itself sets,
 * and with names in place of ids.
 * @param own_id the `id` that the stored object has in the configuration file, if it has one
 * @throws {Refusal} 400 with every reference to something that does not exist
 */
export function storedForm(list: ObjectList, sent: Fields, ids: Ids, own_id: string | undefined): Fields {
  const written = cleaned(sent, nodeAt([list, 0])) as Fields;
  const { id: _, ...rest } = written;
  const mistakes: Mistake[] = [];
  const named = withReferences(list, rest, (target, id, path) => {
    const key = ids.keyOf(target, id);
    // An empty text unsets a reference.
    if (key !== undefined || id === '') return key ?? id;
    const known = ids.idOf(target, id);
    const hint =
      known === undefined ? `there is no ${KIND[target]} with this id` : `write its id, "${known}"`;
    mistakes.push({
      code: list === 'monitor_groups' ? CODES.unknown_reference : CODES.invalid,
      message: `${problemText({ path, message: `got ${shown(id)}; ${hint}` })}: validation failed`,
      pointer: pointerOf(path),
    });
    return id;
  });
  // Cloudflare's API documents 412 for members of monitor groups, and 400 for every other mistake.
  if (mistakes.length > 0) throw new Refusal(list === 'monitor_groups' ? 412 : 400, mistakes);
  return own_id === undefined ? named : { id: own_id, ...named };
}

/** An object as the API shows it: with ids in place of names. A name without an id stays. */
export function shownForm(list: ObjectList, value: Fields, ids: Ids): Fields {
  const { id: _, ...rest } = value;
  return withReferences(list, rest, (target, name) => ids.idOf(target, name) ?? name);
}

/** Removes fields that are null or that only the API sets, at every depth. The order stays. */
function cleaned(value: unknown, node: SchemaNode | undefined): unknown {
  if (Array.isArray(value)) return value.map((item, index) => cleaned(item, node && child(node, index)));
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).flatMap(([key, part]): [string, unknown][] => {
    const inner = node && child(node, key);
    return part === null || (inner !== undefined && notes(inner).read_only === true)
      ? []
      : [[key, cleaned(part, inner)]];
  });
  return Object.fromEntries(kept);
}
