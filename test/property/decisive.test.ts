import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compile, type ReadField } from '../../shared/rules/compile.ts';
import { parseCondition } from '../../shared/rules/condition.ts';
import { decisiveParts } from '../../shared/rules/decisive.ts';
import type { Expression } from '../../shared/rules/expression.ts';
import { print } from '../../shared/rules/print.ts';
import { runs } from './runs.ts';

/** Conditions over `http.request.uri.args["0"][0] eq "1"` and so on, each of which holds if its argument is given. */
const { node: combined } = fc.letrec<{ node: Expression }>((tie) => ({
  node: fc.oneof(
    { depthSize: 'small' },
    fc.nat(4).map(
      (name): Expression => ({
        op: 'eq',
        left: { field: 'http.request.uri.args', at: [String(name), 0] },
        right: '1',
      }),
    ),
    fc.record({ op: fc.constant('not' as const), of: tie('node') }),
    fc.record({
      op: fc.constantFrom('and' as const, 'or' as const, 'xor' as const),
      of: fc.array(tie('node'), { maxLength: 3 }),
    }),
  ),
}));

describe('the decisive parts of a condition', () => {
  it('fix its value, whatever the others are', () => {
    const given = fc.array(fc.boolean(), { minLength: 5, maxLength: 5 });
    fc.assert(
      fc.property(combined, given, given, (condition, first, second) => {
        const reader =
          (args: readonly boolean[]): ReadField =>
          (_, key) => [args[Number(key)] === true ? '1' : '0'];
        const parts = decisiveParts(condition, reader(first));
        const fixed = new Set(parts.map(({ part }) => print(part)));
        for (const { part, holds } of parts) expect(compile(part)(reader(first))).toBe(holds);
        const mixed = first.map((value, name) =>
          fixed.has(`http.request.uri.args["${name}"][0] eq "1"`) ? value : second[name] === true,
        );
        expect(compile(condition)(reader(mixed))).toBe(compile(condition)(reader(first)));
      }),
      runs(),
    );
  });

  it('of an `and` that is false are its false operands alone', () => {
    const { expression } = parseCondition('http.host eq "a" and http.cookie eq "b" and http.referer eq "c"');
    const read: ReadField = (field) => (field === 'http.cookie' ? 'b' : 'x');
    const parts = expression && decisiveParts(expression, read);
    expect(parts?.map(({ part }) => print(part))).toEqual(['http.host eq "a"', 'http.referer eq "c"']);
  });
});
