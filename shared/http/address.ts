// What an origin's address is, and what bindings are called.

/** `2001:db8::1`, with or without brackets. */
export function isIPv6(address: string): boolean {
  return address.includes(':');
}

/** A host as it stands in a URL, in `Host`, and before a port: an IPv6 address in brackets. */
export function urlHost(address: string): string {
  return isIPv6(address) && !address.startsWith('[') ? `[${address}]` : address;
}

/** `one.example.com:8080`, `[2001:db8::1]:8080` */
export function hostAndPort(address: string, port: number): string {
  return `${urlHost(address)}:${port}`;
}

/** Whether an address is an IP address and not a name. */
export function isBareIp(address: string): boolean {
  return isIPv6(address) || /^\d{1,3}(\.\d{1,3}){3}$/.test(address);
}

/** A binding among several of a kind: `PROXY`, or for `eu-west` `PROXY_EU_WEST`. */
export function bindingName(kind: string, name: string | undefined): string {
  return name === undefined ? kind : `${kind}_${name.toUpperCase().replaceAll('-', '_')}`;
}
