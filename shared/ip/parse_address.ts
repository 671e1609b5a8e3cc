/**
 * An IP address as 16-bit groups: two for IPv4, eight for IPv6. An IPv4-mapped address (`::ffff:192.0.2.1`) is the IPv4
 * address, because it is the same host.
 */
export type Address = readonly number[];

/**
 * Parses an IP address without brackets, as in headers and configurations.
 * @returns undefined: it is not an address. `010.0.0.1` is refused because some read it as octal (RFC 6943, 3.1.1)
 */
export function parseAddress(text: string): Address | undefined {
  if (!text.includes(':')) return parseIPv4(text);
  const groups = parseIPv6(text);
  return groups !== undefined && isMapped(groups) ? groups.slice(6) : groups;
}

/** The two groups of a dotted IPv4 address. Undefined: it is not one. */
function parseIPv4(text: string): number[] | undefined {
  if (!/^(\d|[1-9]\d\d?)(\.(\d|[1-9]\d\d?)){3}$/.test(text)) return undefined;
  const [a = 0, b = 0, c = 0, d = 0] = text.split('.').map(Number);
  return Math.max(a, b, c, d) > 255 ? undefined : [a * 256 + b, c * 256 + d];
}

/** The eight groups of an IPv6 address (RFC 4291, 2.2) without its zone (`%eth0`). Undefined: it is not one. */
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

/** Whether an IPv6 address is IPv4-mapped (RFC 4291, 2.5.5.2). */
function isMapped(groups: Address): boolean {
  return groups[5] === 0xffff && groups.slice(0, 5).every((group) => group === 0);
}

/** The groups between colons. The last part of an address may be a dotted IPv4 address, which gives two. */
function parseGroups(text: string, ends: boolean): number[] | undefined {
  if (text === '') return [];
  const parts = text.split(':');
  const groups: number[] = [];
  for (const [index, part] of parts.entries()) {
    if (/^[0-9a-f]{1,4}$/i.test(part)) {
      groups.push(Number.parseInt(part, 16));
      continue;
    }
    const dotted = ends && index === parts.length - 1 ? parseIPv4(part) : undefined;
    if (dotted === undefined) return undefined;
    groups.push(...dotted);
  }
  return groups;
}
