import { type Address, parseAddress } from '../ip/parse_address.ts';
import { contains, parseRange } from '../ip/range.ts';

/**
 * The test for one element of `in { … }`: an address, a network (`192.0.2.0/24`) or an inclusive range
 * (`192.0.2.1..192.0.2.9`).
 * @returns undefined: it is none of them
 */
export function addressTest(text: string): ((address: Address) => boolean) | undefined {
  const [from = '', to, ...more] = text.split('..');
  if (to === undefined) {
    const range = parseRange(from);
    return range && ((address) => contains(range, address));
  }
  const [first, last] = [parseAddress(from), parseAddress(to)];
  if (more.length > 0 || first?.length !== last?.length || first === undefined || last === undefined)
    return undefined;
  if (compare(first, last) > 0) return undefined;
  return (address) =>
    address.length === first.length && compare(first, address) <= 0 && compare(address, last) <= 0;
}

function compare(a: Address, b: Address): number {
  const at = a.findIndex((group, index) => group !== b[index]);
  return at < 0 ? 0 : (a[at] ?? 0) - (b[at] ?? 0);
}
