// What an origin's address is, and what its proxy Worker is called.

/** `2001:db8::1`, with or without brackets. */
export function isIPv6(address: string): boolean {
  return address.includes(':');
}

/** Whether an address is an IP address and not a name. */
export function isBareIp(address: string): boolean {
  return isIPv6(address) || /^\d{1,3}(\.\d{1,3}){3}$/.test(address);
}

/** The gateway's binding to a proxy Worker: `PROXY`, or for `eu-west` `PROXY_EU_WEST`. */
export function bindingName(proxy: string | undefined): string {
  return proxy === undefined ? 'PROXY' : `PROXY_${proxy.toUpperCase().replaceAll('-', '_')}`;
}
