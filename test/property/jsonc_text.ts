import fc from 'fast-check';

/** How a text is laid out. */
interface Layout {
  line_break: string;
  indent: string;
  /** What to write between two tokens, in turn: see `gap`. */
  gaps: readonly number[];
  trailing: boolean;
}

export const layout: fc.Arbitrary<Layout> = fc.record({
  line_break: fc.constantFrom('\n', '\r\n', ''),
  indent: fc.constantFrom('  ', '\t', '    '),
  gaps: fc.array(fc.nat(19), { minLength: 1, maxLength: 40 }),
  trailing: fc.boolean(),
});

/** JSON as a text with comments, blank lines and trailing commas, anywhere that JSONC allows them. No line break: on one line. */
export function jsonc(value: unknown, { line_break, indent, gaps, trailing }: Layout): string {
  let turn = 0;
  const gap = (level: number): string => {
    const line = line_break === '' ? ' ' : line_break + indent.repeat(level);
    const kind = gaps[turn++ % gaps.length] ?? 0;
    if (kind === 0) return ` /* { "a": [1, */${line}`;
    if (kind === 1 && line_break !== '') return ` // ] } , "c"${line}`;
    if (kind === 2 && line_break !== '') return `${line}// above, ${turn}${line}`;
    if (kind === 3 && line_break !== '') return `${line}// section ${turn}${line_break}${line}`;
    if (kind === 4) return `${line}/* a${line_break}${line_break}b */`;
    if (kind === 5) return '';
    if (kind === 6) return ' ';
    return line;
  };
  const print = (part: unknown, level: number): string => {
    if (typeof part !== 'object' || part === null) return JSON.stringify(part);
    const is_list = Array.isArray(part);
    const parts = is_list
      ? part.map((item) => print(item, level + 1))
      : Object.entries(part).map(
          ([key, field]) => `${JSON.stringify(key)}:${gap(level + 1)}${print(field, level + 1)}`,
        );
    const last = trailing && parts.length > 0 ? `${gap(level + 1)},` : '';
    const inner = parts.map((text) => gap(level + 1) + text).join(`${gap(level + 1)},`) + last + gap(level);
    return is_list ? `[${inner}]` : `{${inner}}`;
  };
  return gap(0) + print(value, 0) + gap(0);
}

const name = fc.constantFrom('a', 'b', 'c', 'd', '//', '"', '__proto__', '0', '');
const plain = fc.constantFrom<unknown>('', 'a', '/*', '//', ',', null, true, false, 0, 1.5, -3, '\u2028');

/** Values of an object's fields: nested lists of objects with names, as origins and rules are, and whatever else JSON has. */
const field = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    plain,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.array(
      fc.tuple(name, tie('object')).map(([id, rest]) => named(id, rest)),
      { maxLength: 5 },
    ),
    tie('object'),
  ),
  object: fc
    .array(fc.tuple(name, tie('value')), { maxLength: 4 })
    .map((entries): unknown => fromJson(Object.fromEntries(entries))),
}));

function named(id: string, rest: unknown): unknown {
  return { name: id, ...(rest as object) };
}

/** As a parser makes it: `__proto__` is an ordinary key, and integers come first. */
function fromJson(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

/** An object of one of the lists. */
export const object = field.object as fc.Arbitrary<Readonly<Record<string, unknown>>>;

/** Another value of an object, most often one that shares much with it. */
export function neighbour(
  of: Readonly<Record<string, unknown>>,
): fc.Arbitrary<Readonly<Record<string, unknown>>> {
  return fc.tuple(object, fc.array(fc.nat(11), { minLength: 1, maxLength: 30 })).map(([other, turns]) => {
    let turn = 0;
    const next = () => turns[turn++ % turns.length] ?? 0;
    const spare = Object.values(other);
    const near = (value: unknown): unknown => {
      const kind = next();
      if (kind === 0) return spare[turn % Math.max(spare.length, 1)] ?? 'new';
      if (Array.isArray(value)) {
        const items = value.flatMap((item) => (next() === 1 ? [] : [near(item)]));
        if (next() === 2) items.splice(turn % (items.length + 1), 0, spare[0] ?? 7);
        if (next() === 3) items.reverse();
        if (next() === 4) items.push(...items.splice(0, 1));
        return items;
      }
      if (typeof value !== 'object' || value === null) return value;
      const entries = Object.entries(value).flatMap(([key, part]): [string, unknown][] =>
        next() === 5 ? [] : [[key, near(part)]],
      );
      if (next() === 6) entries.splice(turn % (entries.length + 1), 0, ['new', spare[0] ?? 8]);
      if (next() === 7) entries.reverse();
      return Object.fromEntries(entries);
    };
    const result = near(of);
    const is_object = typeof result === 'object' && result !== null && !Array.isArray(result);
    return fromJson(is_object ? result : other) as Readonly<Record<string, unknown>>;
  });
}
