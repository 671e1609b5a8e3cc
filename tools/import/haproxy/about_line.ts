import type { Line } from './parse.ts';

// Lines without a part in the configuration, by their first words.

const PLATFORM: readonly (readonly [RegExp, string])[] = [
  [/^bind\b/, 'Cloudflare listens on 80 and 443'],
  [
    /^(log|log-format.*|log-tag|error-log-format|capture|unique-id-.*|declare|option (httplog|httpslog|tcplog|dontlognull|dontlog-normal|logasap|log-.*|socket-stats|contstats|checkcache))\b/,
    'logs: `lb sql`, `lb tail`',
  ],
  [
    /^timeout (client|client-fin|client-hs|server-fin|http-request|http-keep-alive|tarpit)\b/,
    'connections of clients',
  ],
  [
    /^(maxconn|backlog|rate-limit|nbproc|nbthread|tcp-request|tcp-response|enabled|id|guid|description)\b/,
    'connections of clients',
  ],
  [/^(stats|monitor-net|monitor fail)\b/, 'the console and `lb status`'],
  [/^(compression|filter compression)\b/, 'compression'],
  [/^(cache|filter cache|http-(request|response) cache-\S+)/, "Cloudflare's cache: Cache Rules"],
  [/^(option (forwardfor|originalto|forwarded))\b/, 'X-Forwarded-For is always sent'],
  [
    /^(http-request|http-response|http-after-response) (set-header|add-header|del-header|replace-header|replace-value|early-hint)\b/,
    'headers: the origin, or Transform Rules',
  ],
  [/^http-request (auth|wait-for-handshake)\b/, 'Cloudflare Access'],
  [
    /^http-request (track-sc\d|sc-.*|tarpit|reject|silent-drop|set-nice|set-log-level|set-tos|set-mark|capture)\b/,
    'WAF, rate limiting rules and logs',
  ],
  [
    /^(http-reuse|source|option (http-server-close|http-keep-alive|httpclose|forceclose|http-tunnel|http-no-delay|http-ignore-probes|http-use-htx|http-buffer-request|http-pretend-keepalive|http-drop-.*|http-restrict-.*|http-use-proxy-header|tcp-smart-.*|tcpka|clitcpka|srvtcpka|nolinger|splice-.*|abortonclose|accept-.*|idle-close-.*|independent-streams|h1-.*|prefer-last-server|tcp-check|disable-h2-upgrade))\b/,
    'connections',
  ],
  [
    /^(load-server-state-from-file|server-state-file-name|dynamic-cookie-key|default-path|hash-preserve-affinity|option (external-check|log-health-checks|spop-check|transparent))\b/,
    'state and logs: the health Worker and the console',
  ],
  [/^(crt-base|ca-base|ssl-.*|tune\..*)\b/, 'TLS and processes'],
];

const NONE: readonly (readonly [RegExp, string])[] = [
  [
    /^(errorfile|errorfiles|errorloc\d*|http-error)\b/,
    'the origin, or a rule with `fixed_response`, answers errors',
  ],
  [/^(stick|stick-table)\b/, 'sessions are kept by a cookie (`session_affinity`), or by `hash`'],
  [/^(use-server|force-persist|ignore-persist|persist|option persist)\b/, ''],
  [
    /^(http-request|http-response) (set-(path|pathq|query|uri|method|var|status|dst|src|priority.*)|unset-var|replace-(path|pathq|uri)|normalize-uri|lua\..*|use-service|do-resolve)/,
    'paths and bodies reach the origin as they are; use Transform Rules',
  ],
  [/^(redirect|http-request redirect) (prefix)\b/, 'a fixed response has no variables; use a Redirect Rule'],
  [/^(http-request|http-response|http-after-response)\b/, ''],
  [
    /^(filter|option mysql-check|option pgsql-check|option redis-check|option ldap-check|option smtpchk|option ssl-hello-chk)\b/,
    'a probe is http, https or tcp',
  ],
  [/^(fullconn|acl|email-alert)\b/, ''],
  [/^\./, 'the condition is not evaluated: the lines in it are read'],
];

/** Sections without a part in the configuration. */
export const SECTIONS: Readonly<Record<string, { fate: 'platform' | 'none'; note: string }>> = {
  global: { fate: 'platform', note: 'processes, TLS and logs' },
  cache: { fate: 'platform', note: "Cloudflare's cache: Cache Rules" },
  resolvers: { fate: 'platform', note: 'the platform resolves names' },
  userlist: { fate: 'platform', note: 'Cloudflare Access' },
  peers: { fate: 'none', note: 'isolates share no tables' },
  mailers: { fate: 'none', note: 'use `notifications`' },
  program: { fate: 'none', note: 'a Worker starts no programs' },
  'fcgi-app': { fate: 'none', note: 'Plimsoll speaks HTTP to origins; put a web server before it' },
  'http-errors': { fate: 'none', note: 'a rule with `fixed_response` answers' },
  'crt-store': { fate: 'platform', note: 'TLS' },
  acme: { fate: 'platform', note: 'TLS' },
  ring: { fate: 'platform', note: 'logs' },
  'log-forward': { fate: 'platform', note: 'logs' },
  'log-profile': { fate: 'platform', note: 'logs' },
  traces: { fate: 'platform', note: 'logs' },
};

/** Why a line has no part in the configuration. Undefined: it is not known. */
export function aboutLine({ words }: Line): { fate: 'platform' | 'none'; note: string } | undefined {
  const text = words[0] === 'no' ? words.slice(1).join(' ') : words.join(' ');
  for (const [fate, list] of [
    ['platform', PLATFORM],
    ['none', NONE],
  ] as const) {
    const found = list.find(([pattern]) => pattern.test(text));
    if (found !== undefined) return { fate, note: found[1] };
  }
  return undefined;
}
