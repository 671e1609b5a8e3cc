import type { KeyMap } from '../../../shared/contracts/key_map.ts';
import type { Answer, RankingPart } from '../../../shared/contracts/selection.ts';
import type { CompiledConfig } from '../state/compiled_config.ts';
import { bytesOf } from '../state/kept_answer.ts';
import { isFact, must, mustList } from './must.ts';

/** Twice the most that a selector of this version sends. Anything larger is broken. */
const MAX_BYTES = 1_024 * 1_024;
/** The most targets in one map: at 64 bytes each (`sizeOf`) they take 640 KB, most of what all maps may take. */
const MAX_TARGETS = 10_000;
/**
 * The most maps in which one request is looked up for its class, and again for its ranking: twice what a selector of this version
 * sends, which is one for each attempt (10 at most).
 */
const MAX_LOOK_UPS = 20;
const FEW = `for at most ${MAX_LOOK_UPS} look-ups`;

/** The fields of an object of any kind. */
type Fields = Partial<Record<string, unknown>>;

/**
 * Checks the maps of an answer, and the classes that refer to them. Indices inside a map are not checked, because a lookup skips
 * invalid ones.
 * @throws TypeError that names the field and what it must be
 */
export function checkTables(answer: Answer): void {
  const { maps = [], classes = [] } = answer;
  mustList(maps, 'maps', isMap);
  must(bytesOf(answer) <= MAX_BYTES, 'maps', '1 MiB or less');
  mustList(classes, 'classes', (one) => isClass(one, maps));
  must(classes.filter((one) => 'order' in one).length <= MAX_LOOK_UPS, 'classes', FEW);
}

/**
 * Checks the parts of a ranking.
 * @throws TypeError that names the field and what it must be
 */
export function checkParts(
  parts: readonly RankingPart[],
  { maps = [] }: Answer,
  { origins }: CompiledConfig,
): void {
  mustList(parts, 'parts', (part) => isPart(part, maps, origins));
  must(parts.length <= MAX_LOOK_UPS, 'parts', FEW);
}

function isMap(value: unknown): value is KeyMap {
  const map = (value ?? {}) as Fields;
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
  const one = (value ?? {}) as Fields;
  if ('fact' in one) return isFact(one['fact']);
  if ('has' in one) return isFacts(one['has']);
  if ('share' in one) {
    const { share, percent, key } = one;
    return typeof share === 'string' && typeof percent === 'number' && (key === undefined || isFacts(key));
  }
  return lookedUpIn(one['order'], one, maps) !== undefined;
}

function isPart(value: unknown, maps: readonly KeyMap[], origins: ReadonlyMap<string, unknown>): boolean {
  const part = (value ?? {}) as Fields;
  if (!('key' in part)) return isTexts(part['origins']);
  if (part['settled'] !== undefined && maps[part['settled'] as number] === undefined) return false;
  // A map of another configuration may name only origins that the gateway does not have.
  return lookedUpIn(part['key'], part, maps)?.ids.some((id) => origins.has(id)) ?? false;
}

/** Returns the map of a class or a part. Undefined: there is no such map, or the other fields are malformed. */
function lookedUpIn(facts: unknown, { take, map }: Fields, maps: readonly KeyMap[]): KeyMap | undefined {
  return isFacts(facts) && isCount(take) ? maps[map as number] : undefined;
}

function isFacts(value: unknown): boolean {
  return isList(value, isFact) && value.length > 0;
}

function isTexts(value: unknown): value is string[] {
  return isList(value, (one) => typeof one === 'string');
}

function isNumbers(value: unknown, count: number, is: (one: number) => boolean): boolean {
  return isList(value, (one) => typeof one === 'number' && is(one)) && value.length === count;
}

function isList(value: unknown, is: (entry: unknown) => boolean): value is unknown[] {
  return Array.isArray(value) && value.every(is);
}

function isIndices(value: unknown): value is Uint8Array {
  return value instanceof Uint8Array || value instanceof Uint16Array || value instanceof Uint32Array;
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) > 0 && (value as number) <= 1_000_000;
}
