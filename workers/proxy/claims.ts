/**
 * Headers in which proxies, CDNs and platforms tell an application who the client is, which scheme it used or what it
 * requested. Applications believe them. The gateway states all of this in `X-Forwarded-*` and `Forwarded`, so these headers
 * reach an origin only from a trusted proxy; anyone else could forge them.
 *
 * Names are in lower case. docs/security.md lists who believes each of them. `X-Forwarded-*` is treated the same way.
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
  // A path other than the one that balancers and rules have checked.
  'x-original-uri',
  'x-original-url',
  'x-rewrite-url',
  // The certificate of a TLS client. The server that terminates TLS must remove them (RFC 9440 §4).
  'client-cert',
  'client-cert-chain',
  'x-arr-clientcert',
]);
