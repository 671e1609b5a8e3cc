import fc from 'fast-check';
import { expect, it } from 'vitest';
import { OBJECT_LISTS, type ObjectList } from '../../shared/authoring/source/lists.ts';
import {
  dataOf,
  printSource,
  readSource,
  type Source,
  withItem,
  withoutItem,
} from '../../shared/authoring/source/source.ts';
import { jsonc, layout, neighbour, object } from './jsonc_text.ts';
import { runs } from './runs.ts';

type Value = Readonly<Record<string, unknown>>;

const list = fc.constantFrom(...OBJECT_LISTS);
const file = fc
  .record(
    {
      $schema: fc.constant('x'),
      load_balancers: fc.array(object, { maxLength: 3 }),
      pools: fc.array(object, { maxLength: 4 }),
      notifications: fc.array(object, { maxLength: 2 }),
      monitors: fc.oneof(fc.constant(null), fc.array(object, { maxLength: 2 })),
    },
    { requiredKeys: ['pools'] },
  )
  // Other files are answers of Cloudflare's API.
  .filter((data) => Object.keys(data).length > 0);

/** A file as text, and a place in it. */
const place = fc
  .tuple(file, layout, list, fc.nat(4))
  .map(
    ([data, form, at, number]): {
      text: string;
      data: Record<string, unknown>;
      at: ObjectList;
      index: number;
    } => {
      const items = valuesOf(data, at);
      return { text: jsonc(data, form), data, at, index: number % (items.length + 1) };
    },
  );

function valuesOf(data: Record<string, unknown>, at: ObjectList): readonly Value[] {
  return (data[at] ?? []) as readonly Value[];
}

/** What the text of a source says, once it is read again. */
function reread(source: Source): unknown {
  return dataOf(readSource(printSource(source)));
}

it('a file that was read prints exactly as it was', () => {
  fc.assert(
    fc.property(file, layout, (data, form) => {
      const text = jsonc(data, form);
      const source = readSource(text);
      expect(printSource(source)).toBe(text);
      expect(JSON.stringify(dataOf(source))).toBe(JSON.stringify(data));
    }),
    runs(),
  );
});

it('a change of an object reads as the new value, and leaves the text around it', () => {
  const change = place.chain((at) =>
    fc.tuple(fc.constant(at), neighbour(valuesOf(at.data, at.at)[at.index] ?? { name: 'a' })),
  );
  fc.assert(
    fc.property(change, ([{ text, data, at, index }, value]) => {
      const before = readSource(text);
      const after = withItem(before, at, index, value);
      expect(after.items[at][index]?.value).toEqual(value);
      expect(reread(after)).toEqual({ ...data, [at]: valuesOf(data, at).toSpliced(index, 1, value) });
      const old = before.items[at][index]?.text;
      if (old === undefined) return;
      const now = after.items[at][index]?.text ?? '';
      const printed = printSource(after);
      const from = [...Array(text.length + 1).keys()].filter((start) => text.startsWith(old, start));
      expect(from.map((start) => text.slice(0, start) + now + text.slice(start + old.length))).toContain(
        printed,
      );
    }),
    runs(),
  );
});

it('an object that stays as it is keeps its text', () => {
  fc.assert(
    fc.property(place, ({ text, at, index }) => {
      const source = readSource(text);
      const item = source.items[at][index];
      fc.pre(item !== undefined);
      const copy: Value = JSON.parse(JSON.stringify(item?.value));
      expect(printSource(withItem(source, at, index, copy))).toBe(text);
    }),
    runs(),
  );
});

it('new keys of an object stand where the new value has them', () => {
  fc.assert(
    fc.property(object, layout, fc.nat(4), (value, form, at) => {
      // Keys that are integers come first in every object of JavaScript, wherever they stand in a text.
      fc.pre(!Object.hasOwn(value, '0') && !Object.hasOwn(value, 'new'));
      const wanted = Object.fromEntries(Object.entries(value).toSpliced(at, 0, ['new', 1]));
      const source = readSource(jsonc({ pools: [value] }, form));
      const [item] = withItem(source, 'pools', 0, wanted).items.pools;
      expect(JSON.stringify(item?.value)).toBe(JSON.stringify(wanted));
    }),
    runs(),
  );
});

it('without an object, the file reads as before but for the object', () => {
  fc.assert(
    fc.property(place, ({ text, data, at, index }) => {
      const values = valuesOf(data, at);
      fc.pre(index < values.length);
      const after = withoutItem(readSource(text), at, index);
      expect(reread(after)).toEqual({ ...data, [at]: values.toSpliced(index, 1) });
      expect(dataOf(after)).toEqual(reread(after));
    }),
    runs(),
  );
});

it('many changes, one after the other, read as the last state', () => {
  const steps = fc.array(fc.tuple(list, fc.nat(5), fc.option(object)), { maxLength: 12 });
  fc.assert(
    fc.property(file, layout, steps, (data, form, changes) => {
      let source = readSource(jsonc(data, form));
      const expected: Record<string, unknown> = { ...data };
      for (const [at, number, value] of changes) {
        const values = valuesOf(expected, at);
        const index = number % (values.length + 1);
        if (value === null && index === values.length) continue;
        source = value === null ? withoutItem(source, at, index) : withItem(source, at, index, value);
        expected[at] = values.toSpliced(index, 1, ...(value === null ? [] : [value]));
      }
      expect(dataOf(source)).toEqual(expected);
      expect(reread(source)).toEqual(expected);
    }),
    runs(),
  );
});
