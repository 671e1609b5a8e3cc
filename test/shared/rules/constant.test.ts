import { expect, it } from 'vitest';
import { constantOf, dnsFieldsOf, parseCondition } from '../../../shared/rules/condition.ts';

function expressionOf(text: string) {
  const { expression } = parseCondition(text);
  if (expression === undefined) throw new Error(`not accepted: ${text}`);
  return expression;
}

it.each<[string, boolean | undefined]>([
  ['true', true],
  ['false', false],
  ['not false', true],
  ['true xor true', false],
  ['http.host eq "a"', undefined],
  ['http.host eq "a" or true', true],
  ['http.host eq "a" and true', undefined],
  ['http.host eq "a" and false', false],
  ['http.host eq "a" xor true', undefined],
  ['dns.qry.type == 28', false],
  ['dns.qry.type != 28', false],
  ['not dns.qry.type == 28', true],
  ['dns.qry.qu', false],
  ['starts_with(lower(dns.qry.name), "a")', false],
  ['concat(dns.qry.name, "a") == "a"', undefined],
  ['dns.qry.type == 28 and http.host eq "a"', false],
  ['dns.qry.type == 28 or http.host eq "a"', undefined],
])('tells of %s, without a request, that it is %s', (text, constant) => {
  expect(constantOf(expressionOf(text))).toBe(constant);
});

it('names the DNS fields of a condition once', () => {
  const text =
    'dns.qry.type == 28 or (http.host eq "a" and not lower(dns.qry.name) eq "b") or dns.qry.type == 1';
  expect(dnsFieldsOf(expressionOf(text))).toEqual(['dns.qry.type', 'dns.qry.name']);
});
