/** Options of a `server` line that take a value. The others are switches. https://docs.haproxy.org/3.2/configuration.html#5.2 */
export const VALUES: ReadonlySet<string> = new Set(
  (
    'addr agent-addr agent-inter agent-port agent-send alpn ca-file check-alpn check-proto check-sni ciphers ciphersuites ' +
    'client-sigalgs cookie crl-file crt curves downinter error-limit fall fastinter guid hash-key id init-addr init-state ' +
    'inter interface log-bufsize log-proto max-reuse maxconn maxqueue minconn namespace npn observe on-error on-marked-down ' +
    'on-marked-up pool-conn-name pool-low-conn pool-max-conn pool-purge-delay port proto proxy-v2-options redir ' +
    'resolve-net resolve-opts resolve-prefer resolvers rise set-proxy-v2-tlv-fmt shard sigalgs slowstart sni socks4 source ' +
    'ssl-max-ver ssl-min-ver tcp-md5sig tcp-ut track usesrc verify verifyhost weight ws'
  ).split(' '),
);

/** Options without a part in the configuration. */
const PLATFORM =
  /^(alpn|ca-file|check-alpn|check-sni|check-ssl|ciphers|ciphersuites|client-sigalgs|crl-file|crt|curves|force-.*|no-(ssl|tls)v.*|npn|sigalgs|sni|ssl-.*-ver|ssl-reuse|no-ssl-reuse|verifyhost|init-addr|init-state|resolvers|resolve-.*|pool-.*|max-reuse|proto|tfo|tcp-.*|interface|source|usesrc|namespace|id|guid|ws|allow-0rtt|log-.*)$/;

/** What becomes of an option that the pool does not use. */
export function aboutOption(key: string, value: string): { fate: 'platform' | 'none'; note: string } {
  if (PLATFORM.test(key)) return { fate: 'platform', note: 'connections and TLS to origins' };
  if (key === 'verify')
    return value === 'none'
      ? { fate: 'none', note: "the platform always checks an origin's certificate" }
      : { fate: 'platform', note: "the platform always checks an origin's certificate" };
  if (/^(send-proxy.*|set-proxy-v2-tlv-fmt|proxy-v2-options)$/.test(key))
    return { fate: 'none', note: 'a Worker sends no PROXY protocol; read X-Forwarded-For' };
  if (/^agent-/.test(key))
    return { fate: 'none', note: 'an origin reports its load by ORCA headers instead' };
  return { fate: 'none', note: '' };
}
