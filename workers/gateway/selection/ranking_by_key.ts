import type { FactName } from '../../../shared/contracts/facts.ts';
import type { KeyMap } from '../../../shared/contracts/key_map.ts';
import type { Answer, KeyedPart, Ranking } from '../../../shared/contracts/selection.ts';
import { orderByKeys } from '../../../shared/hashing/key_map.ts';
import { requestKey } from '../../../shared/hashing/request_key.ts';
import type { OriginId } from '../../../shared/model/ids.ts';

/**
 * Makes the ranking for one request out of a ranking with parts. Where a part depends on a key, the request's key is looked up in
 * the answer's maps. A map may be of a newer configuration. Origins that the gateway does not have are skipped, and
 * `ranking.origins` fill their places.
 * @param read reads a fact. `''`: the request does not have it
 * @param knows whether the gateway has an origin
 */
export function rankingByKey(
  { parts = [], ...ranking }: Ranking,
  { maps = [] }: Answer,
  read: (name: FactName) => string,
  knows: (id: OriginId) => boolean,
): Ranking {
  const origins = new Set<OriginId>();
  const lists = parts.map((part) => ('key' in part ? lookUp(part, maps, read) : part.origins));
  for (const id of [...lists.flat(), ...ranking.origins]) {
    if (origins.size >= ranking.origins.length) break;
    if (knows(id)) origins.add(id);
  }
  return { ...ranking, origins: [...origins] };
}

/** The origins of one part. A request without a key belongs to another class. If one gets here, it takes the map's own order. */
function lookUp(
  { key: parts, map, settled, take }: KeyedPart,
  maps: readonly KeyMap[],
  read: (name: FactName) => string,
): readonly OriginId[] {
  const whole = maps[map];
  if (whole === undefined) return [];
  const key = requestKey(parts, read);
  if (key === undefined) return whole.ids.slice(0, take) as OriginId[];
  const without = settled === undefined ? undefined : maps[settled];
  return orderByKeys({ whole, ...(without && { settled: without }) }, key, take) as OriginId[];
}
