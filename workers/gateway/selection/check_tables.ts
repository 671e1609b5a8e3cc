import type { KeyMap } from '../../../shared/contracts/key_map.ts';
import type { Answer, RankingPart } from '../../../shared/contracts/selection.ts';
import { sizeOf } from '../../../shared/hashing/key_map.ts';
import type { CompiledConfig } from '../state/compiled_config.ts';
import { isFact, refuseIf } from './refuse.ts';

/** Twice the most that a selector of this version sends. Anything larger is broken. */
const MAX_BYTES = 1_024 * 1_024;
/** The most targets in one map: at 64 bytes each (`sizeOf`) they take 640 KB, most of what all maps may take. */
const MAX_TARGETS = 10_000;

/**
 * Checks the maps of an answer, and the classes and parts that refer to them. Indices inside a map are not checked: an index
 * that points nowhere is skipped when a key is looked up.
 * @throws TypeError saying what is wrong
 */
export function checkTables({ maps, classes, rankings }: Partial<Answer>, compiled: CompiledConfig): void {
  refuseIf(maps !== undefined && !Array.isArray(maps), 'has `maps` that is not a list');
  refuseIf(classes !== undefined && !Array.isArray(classes), 'has `classes` that is not a list');
  for (const map of maps ?? []) refuseIf(!isMap(map), 'has a malformed map of keys');
  refuseIf(
    (maps ?? []).reduce((sum, map) => sum + sizeOf(map), 0) > MAX_BYTES,
    'has maps of keys that are too large',
  );
  for (const one of classes ?? []) refuseIf(!isClass(one, maps ?? []), 'has a malformed class of requests');
  for (const { parts } of rankings ?? []) {
    if (parts === undefined) continue;
    refuseIf(!Array.isArray(parts), 'has `parts` that is not a list');
    for (const part of parts)
      refuseIf(!isPart(part, maps ?? [], compiled), 'has a malformed part of a ranking');
  }
}

function isMap(value: unknown): value is KeyMap {
  const map = (value ?? {}) as Partial<Record<string, unknown>>;
  const { ids } = map;
  if (!isTexts(ids) || ids.length === 0 || ids.length > MAX_TARGETS) return false;
  switch (map['by']) {
    case 'rendezvous':
      return isNumbers(map['weights'], ids.length, (weight) => weight > 0 && weight < Infinity);
    case 'maglev':
      return isIndices(map['slots']) && map['slots'].length > 0;
    case 'ketama':
      return map['points'] instanceof Uint32Array && isIndices(map['owners']);
    case 'jump':
      return isCount(map['shards']) && isNumbers(map['numbers'], ids.length, Number.isSafeInteger);
    default:
      return false;
  }
}

function isClass(value: unknown, maps: readonly KeyMap[]): boolean {
  const one = (value ?? {}) as Partial<Record<string, unknown>>;
  if ('fact' in one) return isFact(one['fact']);
  if ('has' in one) return isFacts(one['has']);
  if ('share' in one) {
    const { share, percent, key } = one;
    return typeof share === 'string' && typeof percent === 'number' && (key === undefined || isFacts(key));
  }
  return isFacts(one['order']) && isCount(one['take']) && maps[one['map'] as number] !== undefined;
}

function isPart(value: RankingPart, maps: readonly KeyMap[], { origins }: CompiledConfig): boolean {
  const part = (value ?? {}) as Partial<Record<string, unknown>>;
  if (!('key' in part)) return isTexts(part['origins']);
  const map = maps[part['map'] as number];
  if (map === undefined || !isFacts(part['key']) || !isCount(part['take'])) return false;
  if (part['settled'] !== undefined && maps[part['settled'] as number] === undefined) return false;
  // A map of another configuration may name only origins that the gateway does not have.
  return map.ids.some((id) => (origins as ReadonlyMap<string, unknown>).has(id));
}

function isFacts(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0 && value.every(isFact);
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((one) => typeof one === 'string');
}

function isNumbers(value: unknown, count: number, is: (one: number) => boolean): boolean {
  return (
    Array.isArray(value) && value.length === count && value.every((one) => typeof one === 'number' && is(one))
  );
}

function isIndices(value: unknown): value is Uint8Array {
  return value instanceof Uint8Array || value instanceof Uint16Array || value instanceof Uint32Array;
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) > 0 && (value as number) <= 1_000_000;
}
