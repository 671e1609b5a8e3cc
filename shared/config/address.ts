// What an origin's address is, and what bindings are called.

/** `2001:db8::1`, with or without brackets. */
export function isIPv6(address: string): boolean {
  return address.includes(':');
}

/** Whether an address is an IP address and not a name. */
export function isBareIp(address: string): boolean {
  return isIPv6(address) || /^\d{1,3}(\.\d{1,3}){3}$/.test(address);
}

/** A binding among several of a kind: `PROXY`, or for `eu-west` `PROXY_EU_WEST`. */
export function bindingName(kind: string, name: string | undefined): string {
  return name === undefined ? kind : `${kind}_${name.toUpperCase().replaceAll('-', '_')}`;
}
