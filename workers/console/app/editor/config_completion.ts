import { getLocation, type JSONPath, parse } from 'jsonc-parser';

/** The parts of a JSON schema that completion reads. */
export interface Schema {
  type?: string | readonly string[];
  description?: string;
  default?: unknown;
  enum?: readonly unknown[];
  anyOf?: readonly Schema[];
  properties?: Readonly<Record<string, Schema>>;
  additionalProperties?: Schema | boolean;
  propertyNames?: Schema;
  items?: Schema;
  /** Whose names the value can be. See shared/authoring/json_schema.ts. */
  'x-refers-to'?: string;
}

/** Something that fits at a place of a configuration. */
export interface Offer {
  label: string;
  /** What is written for it. */
  text: string;
  kind: 'property' | 'value' | 'reference';
  detail: string;
}

/** What fits at a place, and the place that it replaces. */
export interface Offers {
  from: number;
  to: number;
  offers: Offer[];
}

/** What can be written at an offset of a configuration file: fields of the object, words, and names of other objects. */
export function offersAt(text: string, offset: number, schema: Schema): Offers {
  const { path, isAtPropertyKey, previousNode } = getLocation(text, offset);
  const inside =
    previousNode !== undefined &&
    previousNode.offset <= offset &&
    offset <= previousNode.offset + previousNode.length;
  const word = /[\w.:-]*$/.exec(text.slice(0, offset))?.[0].length ?? 0;
  const from = inside ? previousNode.offset : offset - word;
  const to = inside ? previousNode.offset + previousNode.length : offset;
  const data: unknown = parse(text);
  if (!isAtPropertyKey)
    return { from, to, offers: schemasAt(schema, path).flatMap((one) => values(one, data)) };
  // The last step is the key that is being written.
  const parents = schemasAt(schema, path.slice(0, -1));
  const present = Object.keys((at(data, path.slice(0, -1)) ?? {}) as object);
  const colon = /^\s*:/.test(text.slice(to)) ? '' : ': ';
  const offers = parents
    .flatMap((parent) => keys(parent, data))
    .filter(({ label }) => !present.includes(label) || label === path.at(-1));
  return { from, to, offers: offers.map((offer) => ({ ...offer, text: `${offer.text}${colon}` })) };
}

function keys({ properties = {}, propertyNames }: Schema, data: unknown): Offer[] {
  const fields = Object.entries(properties).map(([label, { description = '' }]): Offer => {
    return { label, text: JSON.stringify(label), kind: 'property', detail: description };
  });
  return [...fields, ...names(propertyNames, data)];
}

function values(schema: Schema, data: unknown): Offer[] {
  const { enum: words = [], description = '' } = schema;
  const boolean = [schema.type ?? []].flat().includes('boolean') ? [true, false] : [];
  const offers = [...words, ...boolean].filter((word) => word !== null);
  return [
    ...offers.map((word): Offer => {
      return { label: String(word), text: JSON.stringify(word), kind: 'value', detail: description };
    }),
    ...names(schema, data),
  ];
}

/** The names of the objects that a value can refer to. */
function names(schema: Schema | undefined, data: unknown): Offer[] {
  const list = schema?.['x-refers-to'];
  if (list === undefined) return [];
  const objects = at(data, [list]);
  if (!Array.isArray(objects)) return [];
  return objects.flatMap((object): Offer[] => {
    const name: unknown = object?.id ?? object?.name;
    return typeof name === 'string'
      ? [{ label: name, text: JSON.stringify(name), kind: 'reference', detail: `in ${list}` }]
      : [];
  });
}

/** The schemas of the value at a path. Some fields have several forms. */
function schemasAt(schema: Schema, path: JSONPath): Schema[] {
  const forms = formsOf(schema);
  const [step, ...rest] = path;
  if (step === undefined) return forms;
  return forms.flatMap(({ properties = {}, additionalProperties, items }) => {
    const own = typeof step === 'string' && Object.hasOwn(properties, step) ? properties[step] : undefined;
    const other = typeof additionalProperties === 'object' ? additionalProperties : undefined;
    const next = typeof step === 'number' ? items : (own ?? other);
    return next === undefined ? [] : schemasAt(next, rest);
  });
}

function formsOf(schema: Schema): Schema[] {
  return [schema, ...(schema.anyOf ?? []).flatMap(formsOf)];
}

function at(data: unknown, path: JSONPath): unknown {
  let value = data;
  for (const step of path)
    value = (value as Readonly<Record<string | number, unknown>> | undefined | null)?.[step];
  return value;
}
