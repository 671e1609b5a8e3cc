// Addresses of origins, and names of bindings.

/** `2001:db8::1`, with or without brackets. */
export function isIPv6(address: string): boolean {
  return address.includes(':');
}

/** A host as in a URL, in `Host`, and before a port: an IPv6 address gets brackets. */
export function urlHost(address: string): string {
  return isIPv6(address) && !address.startsWith('[') ? `[${address}]` : address;
}

/** Host and port: `one.example.com:8080`, `[2001:db8::1]:8080`. */
export function hostAndPort(address: string, port: number): string {
  return `${urlHost(address)}:${port}`;
}

/** Whether an address is an IP address rather than a name. */
export function isBareIp(address: string): boolean {
  return isIPv6(address) || /^\d{1,3}(\.\d{1,3}){3}$/.test(address);
}

/** The binding of a kind: `PROXY` without a name, `PROXY_EU_WEST` for `eu-west`. */
export function bindingName(kind: string, name: string | undefined): string {
  return name === undefined ? kind : `${kind}_${name.toUpperCase().replaceAll('-', '_')}`;
}
