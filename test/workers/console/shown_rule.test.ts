import { expect, it, vi } from 'vitest';
import type { FieldValue } from '../../../shared/contracts/explain.ts';
import { parseCondition } from '../../../shared/rules/condition.ts';
import type { Expression } from '../../../shared/rules/expression.ts';
import { shownRule } from '../../../workers/console/shown_rule.ts';

const rule = { kind: 'rule', name: 'r', result: 'false' } as const;

function shown(text: string, values: readonly FieldValue[]) {
  const { expression } = parseCondition(text);
  if (expression === undefined) throw new Error(`not a condition: ${text}`);
  return shownRule({ ...rule, condition: expression, values });
}

it('names the comparisons that make a condition false, and what the request has for each', () => {
  const { because } = shown(
    'http.host eq "a" and http.request.headers["x"][0] eq "b" and ip.src.asnum eq 1',
    [
      { field: 'http.host', value: 'c' },
      { field: 'http.request.headers', key: 'x', value: undefined },
      { field: 'ip.src.asnum', value: 1 },
    ],
  );
  expect(because).toEqual([
    { condition: 'http.host eq "a"', holds: false, values: { 'http.host': 'c' } },
    {
      condition: 'http.request.headers["x"][0] eq "b"',
      holds: false,
      values: { 'http.request.headers["x"]': null },
    },
  ]);
});

it('shows a comparison below a `not` as true', () => {
  const { because } = shown('not http.host eq "a"', [{ field: 'http.host', value: 'a' }]);
  expect(because).toEqual([{ condition: 'http.host eq "a"', holds: true, values: { 'http.host': 'a' } }]);
});

it('shows a condition that only a newer gateway can evaluate, without reasons', () => {
  vi.spyOn(console, 'error').mockImplementation(() => {});
  const condition = { op: 'newer', left: { field: 'http.host' }, right: 'a' } as unknown as Expression;
  expect(shownRule({ ...rule, condition, values: [] })).toEqual({
    ...rule,
    condition: 'http.host newer "a"',
  });
  vi.restoreAllMocks();
});

it('has neither condition nor reasons for a rule that was not published', () => {
  const unused = { kind: 'pool_set', name: 'old', result: 'disabled' } as const;
  expect(shownRule(unused)).toEqual(unused);
});
