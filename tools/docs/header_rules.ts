/** One rule for requests. The tables of docs/security.md are generated from these rules, and each rule is a test. */
export interface HeaderRule {
  /** Title of the test, also shown in the documentation. */
  id: string;
  /** What the client sends, in words. */
  input: string;
  /** What happens to it, in words. */
  result: string;
  /** Header lines after the request line and `Host`, or `raw`, the whole request. In Latin-1. */
  sent: string | { raw: string };
  /** Status of the response, default 200. Below 400, the origin receives the request exactly once. */
  status?: number;
  /** Patterns that the origin's request matches. */
  arrives?: RegExp[];
  /** A pattern that it does not match. */
  never?: RegExp;
}

/** One rule for responses of origins. */
export interface AnswerRule {
  id: string;
  input: string;
  result: string;
  /** The response on the wire. */
  answer: string;
  /** Status that the client gets, default 200. */
  status?: number;
  arrives?: RegExp[];
  never?: RegExp;
}

const HOST = 'Host: lone.test\r\nConnection: close\r\n';
const post = (lines: string, body: string) => ({ raw: `POST /r HTTP/1.1\r\n${HOST}${lines}\r\n\r\n${body}` });
const get = (path: string) => ({ raw: `GET ${path} HTTP/1.1\r\n${HOST}\r\n` });
const chunked = (body: string) => post('Transfer-Encoding: chunked', body);

/** Values that a client forges. No origin may see them. */
const FORGED = /6\.6\.6\.6|evil/;

/** How a request is framed. */
export const FRAMING_RULES: HeaderRule[] = [
  {
    id: 'length-and-chunked',
    input: '`Content-Length` and `Transfer-Encoding`',
    result: 'the chunks count (RFC 9112 §6.3); bytes after them do not reach the origin as a second request',
    sent: post(
      'Content-Length: 4\r\nTransfer-Encoding: chunked',
      '0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: lone.test\r\n\r\n',
    ),
    arrives: [/^POST \/r HTTP\/1\.1\r\nContent-Length: 0\r\n/],
    never: /transfer-encoding|smuggled/i,
  },
  {
    id: 'chunked-and-length',
    input: '`Transfer-Encoding` and `Content-Length`',
    result: 'the chunks count',
    sent: post('Transfer-Encoding: chunked\r\nContent-Length: 3', '5\r\nhello\r\n0\r\n\r\n'),
    arrives: [/\r\nContent-Length: 5\r\n/, /\r\n\r\nhello$/],
    never: /transfer-encoding/i,
  },
  {
    id: 'two-lengths',
    input: 'two lengths that differ',
    result: '400',
    sent: post('Content-Length: 5\r\nContent-Length: 6', 'hello!'),
    status: 400,
  },
  {
    id: 'same-length-twice',
    input: 'the same length twice',
    result: 'one length reaches the origin',
    sent: post('Content-Length: 5\r\nContent-Length: 5', 'hello'),
    arrives: [/^(?!.*content-length.*content-length).*\r\n\r\nhello$/is],
  },
  ...['5, 5', '+5', '0x5', '-5', '5 5', '', '99999999999999999999'].map((length, i) => ({
    id: `length-${i + 1}`,
    input: `\`Content-Length:${length && ` ${length}`}\``,
    result: '400',
    sent: post(`Content-Length: ${length}`, 'hello'),
    status: 400,
  })),
  ...['xchunked', 'chunked, identity', '\x0bchunked', 'chunked\r\nTransfer-Encoding: identity'].map(
    (coding, i) => ({
      id: `coding-${i + 1}`,
      input:
        [
          'an unknown transfer coding',
          '`chunked` that is not the last coding',
          'a vertical tab before `chunked`',
          'a second transfer coding',
        ][i] ?? '',
      result: '400',
      sent: post(`Transfer-Encoding: ${coding}`, '5\r\nhello\r\n0\r\n\r\n'),
      status: 400,
    }),
  ),
  {
    id: 'space-before-colon',
    input: '`Transfer-Encoding : chunked`',
    result: '400 (RFC 9112 §5.1)',
    sent: post('Transfer-Encoding : chunked', '5\r\nhello\r\n0\r\n\r\n'),
    status: 400,
  },
  {
    id: 'obs-fold',
    input: 'a header that continues on the next line',
    result: '400 (RFC 9112 §5.2)',
    sent: post('X-A: one\r\n two\r\nContent-Length: 5', 'hello'),
    status: 400,
  },
  {
    id: 'folded-coding',
    input: '`Transfer-Encoding` folded',
    result: '400',
    sent: post('Transfer-Encoding:\r\n chunked', '5\r\nhello\r\n0\r\n\r\n'),
    status: 400,
  },
  {
    id: 'first-line-folded',
    input: 'a header line that begins with a space',
    result: '400',
    sent: { raw: 'GET /r HTTP/1.1\r\n Host: evil.test\r\nHost: lone.test\r\nConnection: close\r\n\r\n' },
    status: 400,
  },
  {
    id: 'bare-lf',
    input: 'lines that end with LF only',
    result: 'the origin gets CR LF',
    sent: {
      raw: 'POST /r HTTP/1.1\nHost: lone.test\nConnection: close\nX-A: one\nContent-Length: 5\n\nhello',
    },
    arrives: [/^POST \/r HTTP\/1\.1\r\n/, /\r\nX-A: one\r\n/, /\r\n\r\nhello$/],
    never: /[^\r]\n/,
  },
  {
    id: 'bare-cr',
    input: 'a lone CR in a value',
    result: '400',
    sent: post('X-A: one\rX-B: two\r\nContent-Length: 5', 'hello'),
    status: 400,
  },
  {
    id: 'nul',
    input: 'NUL in a value',
    result: '400',
    sent: post('X-A: one\0two\r\nContent-Length: 5', 'hello'),
    status: 400,
  },
  {
    id: 'nul-in-name',
    input: 'NUL in a name',
    result: '400',
    sent: post('X-\0A: one\r\nContent-Length: 5', 'hello'),
    status: 400,
  },
  {
    id: 'no-colon',
    input: 'a line without a colon',
    result: '400',
    sent: post('Garbage\r\nContent-Length: 5', 'hello'),
    status: 400,
  },
  {
    id: 'no-name',
    input: 'a line without a name',
    result: '400',
    sent: post(': x\r\nContent-Length: 5', 'hello'),
    status: 400,
  },
  {
    id: 'chunk-extension',
    input: 'chunk extensions',
    result: 'removed',
    sent: chunked('5;a=b;c="d"\r\nhello\r\n0;x\r\n\r\n'),
    arrives: [/\r\nContent-Length: 5\r\n/, /\r\n\r\nhello$/],
    never: /a=b/,
  },
  ...[
    '5;a\nhello\r\n0\r\n\r\n',
    '0x5\r\nhello\r\n0\r\n\r\n',
    '-5\r\nhello\r\n0\r\n\r\n',
    'FFFFFFFFFFFFFFFFF5\r\nhello\r\n0\r\n\r\n',
    '5\nhello\n0\n\n',
    '3\r\nhello\r\n0\r\n\r\n',
  ].map((body, i) => ({
    id: `chunk-${i + 1}`,
    input:
      [
        'a chunk extension that ends with LF only',
        'a chunk size `0x5`',
        'a negative chunk size',
        'a chunk size beyond 64 bits',
        'chunks that end with LF only',
        'a chunk longer than its size',
      ][i] ?? '',
    result: '400',
    sent: chunked(body),
    status: 400,
  })),
  {
    id: 'trailers',
    input: 'trailers, including `Authorization`',
    result: 'removed',
    sent: post(
      'Transfer-Encoding: chunked\r\nTrailer: Authorization',
      '5\r\nhello\r\n0\r\nAuthorization: evil\r\n\r\n',
    ),
    arrives: [/\r\n\r\nhello$/],
    never: /trailer|authorization|evil/i,
  },
  {
    id: 'get-with-body',
    input: 'a GET with a body',
    result: 'arrives with its body; never retried',
    sent: { raw: `GET /r HTTP/1.1\r\n${HOST}Content-Length: 5\r\n\r\nhello` },
    arrives: [/^GET \/r /, /\r\nContent-Length: 5\r\n/, /\r\n\r\nhello$/],
  },
  {
    id: 'http-2-words',
    input: '`HTTP/2.0` on an HTTP/1.1 connection',
    result: '400',
    sent: { raw: 'GET /r HTTP/2.0\r\nHost: lone.test\r\n\r\n' },
    status: 400,
  },
  {
    id: 'h2c',
    input: 'an upgrade to h2c',
    result: 'arrives as a plain request',
    sent: 'Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA',
    never: /upgrade|h2c|http2-settings/i,
  },
];

/** The host and path of a request. */
export const TARGET_RULES: HeaderRule[] = [
  {
    id: 'two-hosts',
    input: '`Host` twice',
    result: '400',
    sent: 'Host: evil.test',
    status: 400,
  },
  {
    id: 'absolute-form',
    input: 'an absolute URL in the request line',
    result: 'its path, with the host of `Host`, the only one that plain workerd reads',
    sent: get('http://evil.test:99/r?q'),
    arrives: [/^GET \/r\?q HTTP/, /\r\nx-forwarded-host: lone\.test\r\n/i],
    never: FORGED,
  },
  {
    id: 'no-slash',
    input: 'a path that does not start with a slash',
    result: 'arrives as `/`, because plain workerd drops it',
    sent: get('evil'),
    arrives: [/^GET \/ HTTP/, /\r\nx-forwarded-host: lone\.test\r\n/i],
    never: FORGED,
  },
  {
    id: 'asterisk',
    input: '`OPTIONS *`',
    result: '400, because it is about the gateway, not about an origin',
    sent: { raw: `OPTIONS * HTTP/1.1\r\n${HOST}\r\n` },
    status: 400,
  },
  {
    id: 'encoded-slashes',
    input: 'encoded slashes, dots, line breaks and NUL in a path',
    result: 'arrives byte for byte',
    sent: get('/a%2Fb%2f..%2Fc/%5c%00%0d%0aX-Injected:%20evil?d=%0d%0a/../e&f=%zz'),
    arrives: [/^GET \/a%2Fb%2f\.\.%2Fc\/%5c%00%0d%0aX-Injected:%20evil\?d=%0d%0a\/\.\.\/e&f=%zz HTTP/],
  },
  {
    id: 'odd-paths',
    input: 'empty segments, path parameters, an empty query',
    result: 'arrives byte for byte',
    sent: get('//a//b;c=1/...;/~%7E?'),
    arrives: [/^GET \/\/a\/\/b;c=1\/\.\.\.;\/~%7E\? HTTP/],
  },
  {
    id: 'dot-segments',
    input: '`/../` in a path, encoded or not, or with `\\`',
    result: 'resolved before a balancer is chosen, because the runtime resolves it on the way to the origin',
    sent: get('/public/%2e%2E/x/..\\r?a=/../b'),
    arrives: [/^GET \/r\?a=\/\.\.\/b HTTP/],
  },
  {
    id: 'raw-bytes-in-path',
    input: 'a non-ASCII byte in a path',
    result: '400',
    sent: get('/caf\xe9'),
    status: 400,
  },
  {
    id: 'tab-in-path',
    input: 'a tab in a path',
    result: '400',
    sent: get('/r\tx'),
    status: 400,
  },
];

/** Which request headers reach an origin. */
export const REQUEST_RULES: HeaderRule[] = [
  {
    id: 'ticket',
    input: '`Plimsoll-Ticket`, `Plimsoll-Failure`, any `Plimsoll-…`',
    result: 'dropped',
    sent: 'Plimsoll-Ticket: {"origin":"evil/evil"}\r\nPlimsoll-Failure: {"outcome":"loop","reached":false}\r\nPlimsoll-Mirror: 1\r\nPlimsoll-Evil: 1',
    never: /plimsoll-|evil/i,
  },
  {
    id: 'connection-names-ticket',
    input: '`Connection` that names our internal headers',
    result: 'served as usual',
    sent: 'Connection: plimsoll-ticket, plimsoll-failure',
    never: /plimsoll-/i,
  },
  {
    id: 'connection-names-forwarding',
    input: '`Connection` that names `X-Forwarded-For`, `Via`, …',
    result: 'they arrive, because they are set after named headers are removed',
    sent: 'CF-Connecting-IP: 192.0.2.7\r\nConnection: X-Forwarded-For, X-Forwarded-Proto, X-Forwarded-Host, Forwarded, Via, CDN-Loop\r\nCDN-Loop: other',
    arrives: [
      /\r\nx-forwarded-for: 192\.0\.2\.7\r\n/i,
      /\r\nx-forwarded-proto: http\r\n/i,
      /\r\nx-forwarded-host: lone\.test\r\n/i,
      /\r\nforwarded: for=192\.0\.2\.7;host=lone\.test;proto=http\r\n/i,
      /\r\nvia: 1\.1 plimsoll\r\n/i,
      /\r\ncdn-loop: other(, |\r\ncdn-loop: )plimsoll\r\n/i,
    ],
  },
  {
    id: 'connection-names-all',
    input: '`Connection` that names `Host`, `Authorization`, `Cookie`, `Content-Length`, `CF-Connecting-IP`',
    result:
      'they arrive, because they are for all recipients and an earlier hop may have set them (RFC 9110 §7.6.1)',
    sent: post(
      'Connection: host, authorization, cookie, content-length, cf-connecting-ip\r\nAuthorization: Bearer t\r\nCookie: a=1\r\nCF-Connecting-IP: 192.0.2.7\r\nContent-Length: 5',
      'hello',
    ),
    arrives: [
      /\r\nHost: 127\.0\.0\.1:\d+\r\n/,
      /\r\nAuthorization: Bearer t\r\n/,
      /\r\nCookie: a=1\r\n/,
      /\r\nCF-Connecting-IP: 192\.0\.2\.7\r\n/i,
      /\r\n\r\nhello$/,
    ],
  },
  {
    id: 'hop-by-hop',
    input: '`Keep-Alive`, `Proxy-…`, `TE`, `Trailer`, `Upgrade`, and the headers that `Connection` names',
    result: 'dropped',
    sent: 'Connection: X-Named\r\nX-Named: evil\r\nKeep-Alive: timeout=5\r\nProxy-Connection: keep-alive\r\nProxy-Authorization: Basic evil\r\nTE: gzip\r\nTrailer: X-Sum\r\nUpgrade: evil/1',
    never: /\r\n(connection|keep-alive|proxy-[^:]*|te|trailer|upgrade|x-named):|evil/i,
  },
  {
    id: 'forwarding',
    input: '`X-Forwarded-*`, `Forwarded`',
    result: 'replaced by our own; the table below lists similar headers',
    sent: 'X-Forwarded-For: 6.6.6.6\r\nX-Forwarded-Host: evil\r\nX-Forwarded-Port: 66\r\nX-Forwarded-Evil: 1\r\nForwarded: for=6.6.6.6',
    arrives: [/\r\nforwarded: for=unknown;host=lone\.test;proto=http\r\n/i],
    never: /6\.6\.6\.6|evil|\r\nx-forwarded-(for|port)/i,
  },
  {
    id: 'underscores',
    input: 'other spellings: `X_Forwarded_For`, `X.Forwarded.For`, `Client_IP`, `CF_Connecting_IP`, …',
    result: 'dropped, because CGI and its successors treat them as the same headers',
    sent: 'X_Forwarded_For: 6.6.6.6\r\nX.Forwarded.For: 6.6.6.6\r\nX-Forwarded_Proto: evil\r\nClient_IP: 6.6.6.6\r\nCF_Connecting_IP: 6.6.6.6\r\nPlimsoll_Ticket: evil\r\nContent_Length: 3\r\nX_Own: kept',
    arrives: [/\r\nX_Own: kept\r\n/],
    never: /6\.6\.6\.6|evil|content_length/i,
  },
  {
    id: 'httpoxy',
    input: '`Proxy`',
    result:
      'dropped, because CGI turns it into the variable `HTTP_PROXY`, which programs obey (CVE-2016-5385)',
    sent: 'Proxy: http://evil:66',
    never: FORGED,
  },
  {
    id: 'country',
    input: '`CF-IPCountry` that the platform did not set',
    result: 'dropped; steering reads only `request.cf`',
    sent: 'CF-IPCountry: XX\r\nMF-CF-Blob: {"country":"XX"}',
    never: /XX/,
  },
  {
    id: 'versions',
    input: '`Cloudflare-Workers-Version-Key`, `-Overrides`',
    result: 'dropped, because they select versions of Workers',
    sent: 'Cloudflare-Workers-Version-Key: evil\r\nCloudflare-Workers-Version-Overrides: plimsoll-proxy="evil"',
    never: /evil/,
  },
  {
    id: 'loop',
    input: '`CDN-Loop` that contains this balancer',
    result: '508 (RFC 8586)',
    sent: 'CDN-Loop: other; v=1, Plimsoll',
    status: 508,
  },
  {
    id: 'large-cookie',
    input: 'a cookie of 8 KB',
    result: 'arrives unchanged',
    sent: `Cookie: small=1; large=${'c'.repeat(8_192)}; last="a b,c"`,
    arrives: [/\r\nCookie: small=1; large=c{8192}; last="a b,c"\r\n/],
  },
  {
    id: 'large-value',
    input: 'a header of 60 KB, and one with non-ASCII bytes',
    result: 'arrive unchanged',
    sent: `X-Large: ${'l'.repeat(60_000)}\r\nX-Latin: caf\xe9`,
    arrives: [/\r\nX-Large: l{60000}\r\n/, /\r\nX-Latin: caf\xe9\r\n/],
  },
  {
    id: 'repeated',
    input: 'a header twice',
    result: 'arrives twice, in order',
    sent: 'X-Two: 1\r\nX-Two: 2',
    arrives: [/\r\nX-Two: 1\r\nX-Two: 2\r\n/],
  },
];

const OK = 'HTTP/1.1 200 OK\r\n';

/** The headers of an origin's response that a client gets. */
export const ANSWER_RULES: AnswerRule[] = [
  {
    id: 'answer-internal',
    input: '`Plimsoll-Failure`, `Plimsoll-Ticket`',
    result: 'dropped, and ignored by the gateway',
    answer: `${OK}Plimsoll-Failure: {"outcome":"loop","reached":false}\r\nPlimsoll-Ticket: {}\r\nContent-Length: 2\r\n\r\nok`,
    never: /plimsoll/i,
  },
  {
    id: 'answer-hop-by-hop',
    input:
      '`Keep-Alive`, `Proxy-Authenticate`, `Trailer`, `Upgrade`, and the headers that `Connection` names',
    result: 'dropped',
    answer: `${OK}Connection: X-Named\r\nX-Named: 1\r\nKeep-Alive: timeout=5\r\nProxy-Authenticate: Basic\r\nTrailer: X-Sum\r\nUpgrade: h2c\r\nX-Kept: 1\r\nContent-Length: 2\r\n\r\nok`,
    arrives: [/\r\nX-Kept: 1\r\n/i],
    never: /keep-alive|proxy-authenticate|trailer|upgrade|x-named/i,
  },
  {
    id: 'answer-other-ways',
    input: '`Alt-Svc`, load reports',
    result:
      'dropped: `Alt-Svc` names a route that bypasses the balancer, and load reports are for the gateway',
    answer: `${OK}Alt-Svc: h3=":443"\r\nEndpoint-Load-Metrics: TEXT cpu_utilization=0.3\r\nContent-Length: 2\r\n\r\nok`,
    never: /alt-svc|endpoint-load/i,
  },
  {
    id: 'answer-cookies',
    input: 'several `Set-Cookie`, one of 6 KB',
    result: 'arrive one by one',
    answer: `${OK}Set-Cookie: a=1; Path=/\r\nSet-Cookie: b=${'b'.repeat(6_000)}\r\nContent-Length: 2\r\n\r\nok`,
    arrives: [/\r\nset-cookie: a=1; Path=\/\r\n/i, /\r\nset-cookie: b=b{6000}\r\n/i],
  },
  {
    id: 'answer-two-lengths',
    input: 'two lengths that differ',
    result: 'counts as a failure: the next origin, else 503',
    answer: `${OK}Content-Length: 2\r\nContent-Length: 3\r\n\r\nok!`,
    status: 503,
  },
  ...[
    ['lines', 'Content-Length: 5\r\nContent-Length: 5'],
    ['list', 'Content-Length: 5, 5'],
    ['long', `Content-Length: 20000\r\nContent-Length: 20000`],
  ].map(([how = '', lines = '']) => ({
    id: `answer-same-length-${how}`,
    input:
      how === 'list'
        ? '`Content-Length: 5, 5`'
        : `the same length in two lines${how === 'long' ? ', with a long body' : ''}`,
    result: 'one length',
    answer: `${OK}${lines}\r\n\r\n${how === 'long' ? 'hello'.repeat(4_000) : 'hello'}`,
    arrives: [/^(?!.*content-length.*content-length)(?!.*content-length: \d+,).*\r\n\r\n(hello)+$/is],
  })),
  {
    id: 'answer-length-and-chunked',
    input: '`Content-Length` and `Transfer-Encoding`',
    result: 'the chunks count; the client gets a single length or chunks',
    answer: `${OK}Content-Length: 50\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n`,
    arrives: [/^(?!.*content-length: 50).*ok/is],
  },
  {
    id: 'answer-folded',
    input: 'a folded header',
    result: 'counts as a failure: the next origin, else 503',
    answer: `${OK}X-A: one\r\n two\r\nContent-Length: 2\r\n\r\nok`,
    status: 503,
  },
  {
    id: 'answer-nul',
    input: 'NUL in a header',
    result: 'counts as a failure: the next origin, else 503',
    answer: `${OK}X-A: one\0two\r\nContent-Length: 2\r\n\r\nok`,
    status: 503,
  },
  {
    id: 'answer-status',
    input: 'a status above 599',
    result: 'counts as a failure: the next origin, else 503',
    answer: 'HTTP/1.1 999 Odd\r\nContent-Length: 2\r\n\r\nok',
    status: 503,
  },
];
