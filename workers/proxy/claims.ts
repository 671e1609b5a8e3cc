/**
 * Headers in which proxies, CDNs and platforms tell an application who the client is, how it spoke or what it asked for.
 * Applications believe them. The gateway says all of that in `X-Forwarded-*` and `Forwarded`, so from anybody but a trusted
 * proxy these are a client's own words. They reach an origin only through a trusted proxy.
 *
 * Names in lower case. docs/security.md says who believes each of them. All of `X-Forwarded-*` belong here as well.
 */
export const CLAIMS: ReadonlySet<string> = new Set([
  // The client's address.
  'ali-cdn-real-ip',
  'cdn-src-ip',
  'cf-connecting-ipv6',
  'cf-pseudo-ipv4',
  'client-ip',
  'cloudfront-viewer-address',
  'do-connecting-ip',
  'fastly-client-ip',
  'fly-client-ip',
  'forwarded-for',
  'incap-client-ip',
  'proxy-client-ip',
  'remote-addr',
  'true-client-ip',
  'wl-proxy-client-ip',
  'x-appengine-user-ip',
  'x-azure-clientip',
  'x-azure-socketip',
  'x-client-ip',
  'x-cluster-client-ip',
  'x-envoy-external-address',
  'x-envoy-internal',
  'x-forwarded',
  'x-nf-client-connection-ip',
  'x-original-for',
  'x-original-forwarded-for',
  'x-originating-ip',
  'x-proxyuser-ip',
  'x-real-ip',
  'x-remote-addr',
  'x-remote-ip',
  'x-sucuri-clientip',
  'x-vercel-forwarded-for',
  // Scheme and host.
  'cloudfront-forwarded-proto',
  'fly-forwarded-proto',
  'front-end-https',
  'wl-proxy-ssl',
  'x-host',
  'x-http-host-override',
  'x-original-host',
  'x-original-proto',
  'x-scheme',
  'x-url-scheme',
  // Another path than the one that balancers and rules have seen.
  'x-original-uri',
  'x-original-url',
  'x-rewrite-url',
  // The certificate of a TLS client (RFC 9440, 4: whoever ends TLS removes them).
  'client-cert',
  'client-cert-chain',
  'x-arr-clientcert',
]);
