import type { Config, ConfigDocument } from '../model/config.ts';
import { runInSlices, type Steps, sliceBy } from '../time/steps.ts';

/** Characters that are written in one slice, which takes a few milliseconds. */
const SLICE_CHARS = 128 * 1_024;

/** JSON with sorted keys and without spaces, so that equal values give equal text. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    isObject(part) ? Object.fromEntries(Object.entries(part).sort(byKey)) : part,
  );
}

/** {@link canonicalJson} of a configuration, in slices. */
export function* canonicalSteps(config: Config): Steps<string> {
  const isFull = sliceBy(SLICE_CHARS);
  const fields: string[] = [];
  for (const [key, value] of sortedEntries(config)) {
    const parts: string[] = [];
    const in_list = Array.isArray(value);
    const entries: Iterable<[unknown, unknown]> = in_list
      ? value.entries()
      : isObject(value)
        ? sortedEntries(value)
        : [];
    for (const [name, part] of entries) {
      const text = canonicalJson(part);
      parts.push(in_list ? text : `${JSON.stringify(name)}:${text}`);
      if (isFull(text.length)) yield;
    }
    const inside = parts.join(',');
    const text = in_list ? `[${inside}]` : isObject(value) ? `{${inside}}` : canonicalJson(value);
    fields.push(`${JSON.stringify(key)}:${text}`);
  }
  return `{${fields.join(',')}}`;
}

/**
 * SHA-256 of a configuration's canonical JSON, in hex. Other requests of an isolate run in between.
 * @param pause_ms see {@link runInSlices}
 */
export async function configHash(config: Config, pause_ms = 0): Promise<string> {
  const bytes = new TextEncoder().encode(await runInSlices(canonicalSteps(config), pause_ms));
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/**
 * The document that is published or bundled.
 * @param version 0 for the copy bundled at deploy
 * @param published_at ISO 8601
 * @param pause_ms see {@link runInSlices}
 */
export async function toDocument(
  config: Config,
  version: number,
  published_at: string,
  pause_ms = 0,
): Promise<ConfigDocument> {
  return { format: 1, version, hash: await configHash(config, pause_ms), published_at, config };
}

/** The fields of an object in JSON, by key. */
function sortedEntries(value: object): [string, unknown][] {
  return Object.entries(value)
    .filter(([, part]) => part !== undefined)
    .sort(byKey);
}

function byKey([a]: [string, unknown], [b]: [string, unknown]): number {
  return a < b ? -1 : 1;
}

function isObject(value: unknown): value is object {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
