/**
 * What stands for one client wherever clients are told apart by address: an IPv4 address is its own key, an IPv6
 * address is cut to its /64, for one household or phone owns a whole /64 and changes the rest at will. An
 * IPv4-mapped address (`::ffff:192.0.2.1`) is the IPv4 address. What is not an address is its own key.
 *
 * `2001:db8:0:1::5` -> `2001:db8:0:1::/64`
 */
export function clientKey(address: string): string {
  if (!address.includes(':')) return address;
  const groups = parseIPv6(address);
  if (groups === undefined) return address;
  const [, , , , , mapped, high = 0, low = 0] = groups;
  if (mapped === 0xffff && groups.slice(0, 5).every((group) => group === 0)) {
    return [high >> 8, high & 0xff, low >> 8, low & 0xff].join('.');
  }
  const network = groups.slice(0, 4).map((group) => group.toString(16));
  return `${network.join(':')}::/64`;
}

/** The eight groups of an IPv6 address (RFC 4291, 2.2), its zone (`%eth0`) left out; undefined: it is none. */
export function parseIPv6(address: string): number[] | undefined {
  const [text = ''] = address.split('%', 1);
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const [head, tail] = halves.map((half, index) => parseGroups(half, index === halves.length - 1));
  if (head === undefined) return undefined;
  if (halves.length === 1) return head.length === 8 ? head : undefined;
  // `::` stands for at least one group of zeros.
  if (tail === undefined || head.length + tail.length > 7) return undefined;
  return [...head, ...new Array<number>(8 - head.length - tail.length).fill(0), ...tail];
}

/** Groups between colons. The very last of an address may be a dotted IPv4 address, which is two. */
function parseGroups(text: string, ends: boolean): number[] | undefined {
  if (text === '') return [];
  const parts = text.split(':');
  const groups: number[] = [];
  for (const [index, part] of parts.entries()) {
    if (/^[0-9a-f]{1,4}$/i.test(part)) groups.push(Number.parseInt(part, 16));
    else if (ends && index === parts.length - 1 && /^\d{1,3}(\.\d{1,3}){3}$/.test(part)) {
      const [a = 0, b = 0, c = 0, d = 0] = part.split('.').map(Number);
      if (Math.max(a, b, c, d) > 255) return undefined;
      groups.push(a * 256 + b, c * 256 + d);
    } else return undefined;
  }
  return groups;
}
