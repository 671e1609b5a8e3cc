import type { FactName } from '../contracts/facts.ts';
import type { KeyMap, RequestClass } from '../contracts/key_map.ts';
import { clientFraction, hashFraction } from './client_key.ts';
import { orderByKey } from './key_map.ts';
import { requestKey } from './request_key.ts';

/**
 * The value of a request in a class. Requests with equal values are alike in it.
 * @param maps of the answer that the class belongs to
 * @param read returns a fact, or the empty string if it has no value
 */
export function classOf(
  one: RequestClass,
  maps: readonly KeyMap[],
  read: (name: FactName) => string,
): string {
  if ('fact' in one) return read(one.fact);
  if ('has' in one) return requestKey(one.has, read) === undefined ? '' : '1';
  if ('share' in one) return isInShare(one, read) ? '1' : '';
  const key = requestKey(one.order, read);
  const map = maps[one.map];
  return key === undefined || map === undefined ? '' : orderByKey(map, key, one.take).join();
}

function isInShare(
  { share, percent, key: parts }: Extract<RequestClass, { share: string }>,
  read: (name: FactName) => string,
): boolean {
  if (parts === undefined) return clientFraction(share, read('client_address')) * 100 < percent;
  const key = requestKey(parts, read);
  return key !== undefined && hashFraction(share, key) * 100 < percent;
}
