import { expect } from 'vitest';
import type { Profile } from '../../../../shared/authoring/normalise.ts';
import { parseConfig } from '../../../../shared/authoring/parse.ts';
import { pathText } from '../../../../shared/authoring/problem.ts';

/** Errors and warnings: `severity path: message`. */
export function said(data: unknown, profile: Profile = 'production'): string[] {
  return parseConfig(data, profile)
    .problems.filter(({ severity }) => severity !== 'info')
    .map(({ severity, path, message }) => `${severity} ${pathText(path)}: ${message}`);
}

/** Matches a line that begins with `start`. */
export const line = (start: string) =>
  expect.stringMatching(new RegExp(`^${start.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}`));

/** A pool of one origin, with other fields. */
export function pool(name: string, fields: object = {}) {
  return { name, origins: [{ name: 'o', address: `${name}.example.net` }], ...fields };
}
