import { expect, it } from 'vitest';
import { matchesWildcard, wildcardParts } from '../../../shared/rules/wildcard.ts';

const matches = (pattern: string, text: string) => matchesWildcard(wildcardParts(pattern) ?? [], text);

// The examples of Cloudflare's page on operators.
it.each([
  ['https://example.com/a/*', 'https://example.com/a/', true],
  ['https://example.com/a/*', 'https://example.com/a/sub/folder/?name=value', true],
  ['https://example.com/a/*', 'https://example.com/ab/', false],
  ['*.example.com/*/page.html', 'http://sub.example.com/folder/page.html', true],
  ['*.example.com/*/page.html', 'https://admin.example.com/team/subteam/page.html', true],
  ['*.example.com/*/page.html', 'https://example.com/ab/page.html', false],
  ['*.example.com/*/page.html', 'https://sub.example.com/folder2/page.html?s=value', false],
  ['a*a', 'a', false],
  ['a*a', 'aa', true],
  ['*ab*ab*', 'ab', false],
  ['*ab*b', 'abb', true],
  ['*', '', true],
  ['', '', true],
  ['', 'a', false],
  ['a\\*b', 'a*b', true],
  ['a\\*b', 'axb', false],
  ['a\\\\*', 'a\\x', true],
])('%j on %j is %s', (pattern, text, is) => {
  expect(matches(pattern, text)).toBe(is);
});

it.each(['**', 'a**b', 'a\\b', 'a\\'])('refuses %j', (pattern) => {
  expect(wildcardParts(pattern)).toBeUndefined();
});
