/** One rule of what becomes of a request: the table of docs/security.md is made of these, and each is a test. */
export interface HeaderRule {
  /** In the documentation and as the test's title. */
  id: string;
  /** What comes, in words. */
  comes: string;
  /** What becomes of it, in words. */
  becomes: string;
  /** Lines after the request line and `Host`, or the whole request where it has to begin otherwise; in Latin-1. */
  sent: string | { raw: string };
  /** Of the answer; below 400 the request arrives, once. Default 200. */
  status?: number;
  /** What stands in the request that the origin gets. */
  arrives?: RegExp[];
  /** What stands nowhere in it. */
  never?: RegExp;
}

/** One rule of what becomes of an origin's answer. */
export interface AnswerRule {
  id: string;
  comes: string;
  becomes: string;
  /** The answer as it stands on the wire. */
  answer: string;
  /** What the client gets. Default 200. */
  status?: number;
  arrives?: RegExp[];
  never?: RegExp;
}

const HOST = 'Host: lone.test\r\nConnection: close\r\n';
const post = (lines: string, body: string) => ({ raw: `POST /r HTTP/1.1\r\n${HOST}${lines}\r\n\r\n${body}` });
const get = (path: string) => ({ raw: `GET ${path} HTTP/1.1\r\n${HOST}\r\n` });
const chunked = (body: string) => post('Transfer-Encoding: chunked', body);

/** What a client forges, as no origin may see it. */
const FORGED = /6\.6\.6\.6|evil/;

/** How a request's end is told: one length, whatever came. */
export const FRAMING_RULES: HeaderRule[] = [
  {
    id: 'length-and-chunked',
    comes: '`Content-Length` and `Transfer-Encoding`',
    becomes: 'the chunks count (RFC 9112 §6.3); what follows them is no second request to the origin',
    sent: post(
      'Content-Length: 4\r\nTransfer-Encoding: chunked',
      '0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: lone.test\r\n\r\n',
    ),
    arrives: [/^POST \/r HTTP\/1\.1\r\nContent-Length: 0\r\n/],
    never: /transfer-encoding|smuggled/i,
  },
  {
    id: 'chunked-and-length',
    comes: 'the same the other way round',
    becomes: 'the chunks count',
    sent: post('Transfer-Encoding: chunked\r\nContent-Length: 3', '5\r\nhello\r\n0\r\n\r\n'),
    arrives: [/\r\nContent-Length: 5\r\n/, /\r\n\r\nhello$/],
    never: /transfer-encoding/i,
  },
  {
    id: 'two-lengths',
    comes: 'two lengths that differ',
    becomes: '400',
    sent: post('Content-Length: 5\r\nContent-Length: 6', 'hello!'),
    status: 400,
  },
  {
    id: 'same-length-twice',
    comes: 'one length twice',
    becomes: 'one length',
    sent: post('Content-Length: 5\r\nContent-Length: 5', 'hello'),
    arrives: [/^(?!.*content-length.*content-length).*\r\n\r\nhello$/is],
  },
  ...['5, 5', '+5', '0x5', '-5', '5 5', '', '99999999999999999999'].map((length, i) => ({
    id: `length-${i + 1}`,
    comes: `\`Content-Length:${length && ` ${length}`}\``,
    becomes: '400',
    sent: post(`Content-Length: ${length}`, 'hello'),
    status: 400,
  })),
  ...['xchunked', 'chunked, identity', '\x0bchunked', 'chunked\r\nTransfer-Encoding: identity'].map(
    (coding, i) => ({
      id: `coding-${i + 1}`,
      comes:
        [
          'an unknown transfer coding',
          '`chunked` not last',
          'a vertical tab before `chunked`',
          'a second transfer coding',
        ][i] ?? '',
      becomes: '400',
      sent: post(`Transfer-Encoding: ${coding}`, '5\r\nhello\r\n0\r\n\r\n'),
      status: 400,
    }),
  ),
  {
    id: 'space-before-colon',
    comes: '`Transfer-Encoding : chunked`',
    becomes: '400 (RFC 9112 §5.1)',
    sent: post('Transfer-Encoding : chunked', '5\r\nhello\r\n0\r\n\r\n'),
    status: 400,
  },
  {
    id: 'obs-fold',
    comes: 'a header that goes on in the next line',
    becomes: '400 (RFC 9112 §5.2)',
    sent: post('X-A: one\r\n two\r\nContent-Length: 5', 'hello'),
    status: 400,
  },
  {
    id: 'folded-coding',
    comes: '`Transfer-Encoding` folded',
    becomes: '400',
    sent: post('Transfer-Encoding:\r\n chunked', '5\r\nhello\r\n0\r\n\r\n'),
    status: 400,
  },
  {
    id: 'first-line-folded',
    comes: 'a header line that begins with a space',
    becomes: '400',
    sent: { raw: 'GET /r HTTP/1.1\r\n Host: evil.test\r\nHost: lone.test\r\nConnection: close\r\n\r\n' },
    status: 400,
  },
  {
    id: 'bare-lf',
    comes: 'lines that end in LF alone',
    becomes: 'the origin gets CR LF',
    sent: {
      raw: 'POST /r HTTP/1.1\nHost: lone.test\nConnection: close\nX-A: one\nContent-Length: 5\n\nhello',
    },
    arrives: [/^POST \/r HTTP\/1\.1\r\n/, /\r\nX-A: one\r\n/, /\r\n\r\nhello$/],
    never: /[^\r]\n/,
  },
  {
    id: 'bare-cr',
    comes: 'CR alone in a value',
    becomes: '400',
    sent: post('X-A: one\rX-B: two\r\nContent-Length: 5', 'hello'),
    status: 400,
  },
  {
    id: 'nul',
    comes: 'NUL in a value',
    becomes: '400',
    sent: post('X-A: one\0two\r\nContent-Length: 5', 'hello'),
    status: 400,
  },
  {
    id: 'nul-in-name',
    comes: 'NUL in a name',
    becomes: '400',
    sent: post('X-\0A: one\r\nContent-Length: 5', 'hello'),
    status: 400,
  },
  {
    id: 'no-colon',
    comes: 'a line without a colon',
    becomes: '400',
    sent: post('Garbage\r\nContent-Length: 5', 'hello'),
    status: 400,
  },
  {
    id: 'no-name',
    comes: 'a line without a name',
    becomes: '400',
    sent: post(': x\r\nContent-Length: 5', 'hello'),
    status: 400,
  },
  {
    id: 'chunk-extension',
    comes: 'chunk extensions',
    becomes: 'they end here',
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
    comes:
      [
        'a chunk extension that ends in LF alone',
        'a chunk size `0x5`',
        'a negative chunk size',
        'a chunk size beyond 64 bits',
        'chunks that end in LF alone',
        'more in a chunk than its size',
      ][i] ?? '',
    becomes: '400',
    sent: chunked(body),
    status: 400,
  })),
  {
    id: 'trailers',
    comes: 'trailers, one of them an `Authorization`',
    becomes: 'they end here',
    sent: post(
      'Transfer-Encoding: chunked\r\nTrailer: Authorization',
      '5\r\nhello\r\n0\r\nAuthorization: evil\r\n\r\n',
    ),
    arrives: [/\r\n\r\nhello$/],
    never: /trailer|authorization|evil/i,
  },
  {
    id: 'get-with-body',
    comes: 'a GET with a body',
    becomes: 'arrives with it, and is not repeated',
    sent: { raw: `GET /r HTTP/1.1\r\n${HOST}Content-Length: 5\r\n\r\nhello` },
    arrives: [/^GET \/r /, /\r\nContent-Length: 5\r\n/, /\r\n\r\nhello$/],
  },
  {
    id: 'http-2-words',
    comes: '`HTTP/2.0` on a connection of HTTP/1.1',
    becomes: '400',
    sent: { raw: 'GET /r HTTP/2.0\r\nHost: lone.test\r\n\r\n' },
    status: 400,
  },
  {
    id: 'h2c',
    comes: 'an upgrade to h2c',
    becomes: 'arrives as a request without it',
    sent: 'Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA',
    never: /upgrade|h2c|http2-settings/i,
  },
];

/** Whom a request is for, and what is asked. */
export const TARGET_RULES: HeaderRule[] = [
  {
    id: 'two-hosts',
    comes: '`Host` twice',
    becomes: '400',
    sent: 'Host: evil.test',
    status: 400,
  },
  {
    id: 'absolute-form',
    comes: 'an absolute URL in the request line',
    becomes: 'its path, for the host in `Host`: plain workerd reads no other',
    sent: get('http://evil.test:99/r?q'),
    arrives: [/^GET \/r\?q HTTP/, /\r\nx-forwarded-host: lone\.test\r\n/i],
    never: FORGED,
  },
  {
    id: 'no-slash',
    comes: 'a path without a slash',
    becomes: 'arrives as `/`: plain workerd drops it',
    sent: get('evil'),
    arrives: [/^GET \/ HTTP/, /\r\nx-forwarded-host: lone\.test\r\n/i],
    never: FORGED,
  },
  {
    id: 'asterisk',
    comes: '`OPTIONS *`',
    becomes: '400: it asks about the gateway, not about an origin',
    sent: { raw: `OPTIONS * HTTP/1.1\r\n${HOST}\r\n` },
    status: 400,
  },
  {
    id: 'encoded-slashes',
    comes: 'encoded slashes, dots, line breaks and NUL in a path',
    becomes: 'arrives byte for byte',
    sent: get('/a%2Fb%2f..%2Fc/%5c%00%0d%0aX-Injected:%20evil?d=%0d%0a/../e&f=%zz'),
    arrives: [/^GET \/a%2Fb%2f\.\.%2Fc\/%5c%00%0d%0aX-Injected:%20evil\?d=%0d%0a\/\.\.\/e&f=%zz HTTP/],
  },
  {
    id: 'odd-paths',
    comes: 'empty segments, parameters, an empty query',
    becomes: 'arrives byte for byte',
    sent: get('//a//b;c=1/...;/~%7E?'),
    arrives: [/^GET \/\/a\/\/b;c=1\/\.\.\.;\/~%7E\? HTTP/],
  },
  {
    id: 'dot-segments',
    comes: '`/../` in a path, encoded or not, or with `\\`',
    becomes: 'resolved before a balancer is chosen, as the runtime does on the way to the origin',
    sent: get('/public/%2e%2E/x/..\\r?a=/../b'),
    arrives: [/^GET \/r\?a=\/\.\.\/b HTTP/],
  },
  {
    id: 'raw-bytes-in-path',
    comes: 'a space, a tab or bytes beyond ASCII in a path',
    becomes: '400',
    sent: get('/caf\xe9'),
    status: 400,
  },
  {
    id: 'tab-in-path',
    comes: 'a tab in a path',
    becomes: '400',
    sent: get('/r\tx'),
    status: 400,
  },
];

/** Which headers reach an origin. */
export const REQUEST_RULES: HeaderRule[] = [
  {
    id: 'ticket',
    comes: '`Plimsoll-Ticket`, `Plimsoll-Failure`, any `Plimsoll-…`',
    becomes: 'dropped',
    sent: 'Plimsoll-Ticket: {"origin":"evil/evil"}\r\nPlimsoll-Failure: {"outcome":"loop","reached":false}\r\nPlimsoll-Mirror: 1\r\nPlimsoll-Evil: 1',
    never: /plimsoll-|evil/i,
  },
  {
    id: 'connection-names-ticket',
    comes: '`Connection` that names our ticket',
    becomes: 'served all the same',
    sent: 'Connection: plimsoll-ticket, plimsoll-failure',
    never: /plimsoll-/i,
  },
  {
    id: 'connection-names-forwarding',
    comes: '`Connection: X-Forwarded-For` and its like',
    becomes: 'they are set after what it names has been removed',
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
    comes: '`Connection` that names `Host`, `Authorization`, `Cookie`, `Content-Length`, `CF-Connecting-IP`',
    becomes: 'they stay: they are for all recipients, and a hop in front may have set them (RFC 9110 §7.6.1)',
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
    comes: '`Keep-Alive`, `Proxy-…`, `TE`, `Trailer`, `Upgrade`, and what `Connection` names',
    becomes: 'end here',
    sent: 'Connection: X-Named\r\nX-Named: evil\r\nKeep-Alive: timeout=5\r\nProxy-Connection: keep-alive\r\nProxy-Authorization: Basic evil\r\nTE: gzip\r\nTrailer: X-Sum\r\nUpgrade: evil/1',
    never: /\r\n(connection|keep-alive|proxy-[^:]*|te|trailer|upgrade|x-named):|evil/i,
  },
  {
    id: 'forwarding',
    comes: '`X-Forwarded-*`, `Forwarded`',
    becomes: 'dropped, and set anew; others like them are in the table below',
    sent: 'X-Forwarded-For: 6.6.6.6\r\nX-Forwarded-Host: evil\r\nX-Forwarded-Port: 66\r\nX-Forwarded-Evil: 1\r\nForwarded: for=6.6.6.6',
    arrives: [/\r\nforwarded: for=unknown;host=lone\.test;proto=http\r\n/i],
    never: /6\.6\.6\.6|evil|\r\nx-forwarded-(for|port)/i,
  },
  {
    id: 'underscores',
    comes: 'the same written `X_Forwarded_For`, `X.Forwarded.For`, `Client_IP`, `CF_Connecting_IP`, …',
    becomes: 'dropped: CGI and its heirs take them for the same',
    sent: 'X_Forwarded_For: 6.6.6.6\r\nX.Forwarded.For: 6.6.6.6\r\nX-Forwarded_Proto: evil\r\nClient_IP: 6.6.6.6\r\nCF_Connecting_IP: 6.6.6.6\r\nPlimsoll_Ticket: evil\r\nContent_Length: 3\r\nX_Own: kept',
    arrives: [/\r\nX_Own: kept\r\n/],
    never: /6\.6\.6\.6|evil|content_length/i,
  },
  {
    id: 'httpoxy',
    comes: '`Proxy`',
    becomes: 'dropped: CGI makes it the variable `HTTP_PROXY`, which programs obey (CVE-2016-5385)',
    sent: 'Proxy: http://evil:66',
    never: FORGED,
  },
  {
    id: 'country',
    comes: '`CF-IPCountry` that the platform does not say',
    becomes: 'dropped; steering reads `request.cf` alone',
    sent: 'CF-IPCountry: XX\r\nMF-CF-Blob: {"country":"XX"}',
    never: /XX/,
  },
  {
    id: 'versions',
    comes: '`Cloudflare-Workers-Version-Key`, `-Overrides`',
    becomes: 'dropped: they choose versions of Workers',
    sent: 'Cloudflare-Workers-Version-Key: evil\r\nCloudflare-Workers-Version-Overrides: plimsoll-proxy="evil"',
    never: /evil/,
  },
  {
    id: 'loop',
    comes: '`CDN-Loop` that names this balancer',
    becomes: '508 (RFC 8586)',
    sent: 'CDN-Loop: other; v=1, Plimsoll',
    status: 508,
  },
  {
    id: 'large-cookie',
    comes: 'a cookie of 8 KB',
    becomes: 'arrives whole',
    sent: `Cookie: small=1; large=${'c'.repeat(8_192)}; last="a b,c"`,
    arrives: [/\r\nCookie: small=1; large=c{8192}; last="a b,c"\r\n/],
  },
  {
    id: 'large-value',
    comes: 'a header of 60 KB, and one of bytes beyond ASCII',
    becomes: 'arrive whole',
    sent: `X-Large: ${'l'.repeat(60_000)}\r\nX-Latin: caf\xe9`,
    arrives: [/\r\nX-Large: l{60000}\r\n/, /\r\nX-Latin: caf\xe9\r\n/],
  },
  {
    id: 'repeated',
    comes: 'a header twice',
    becomes: 'arrives twice, in order',
    sent: 'X-Two: 1\r\nX-Two: 2',
    arrives: [/\r\nX-Two: 1\r\nX-Two: 2\r\n/],
  },
];

const OK = 'HTTP/1.1 200 OK\r\n';

/** What of an origin's answer reaches a client. */
export const ANSWER_RULES: AnswerRule[] = [
  {
    id: 'answer-internal',
    comes: '`Plimsoll-Failure`, `Plimsoll-Ticket`',
    becomes: 'dropped, and not believed',
    answer: `${OK}Plimsoll-Failure: {"outcome":"loop","reached":false}\r\nPlimsoll-Ticket: {}\r\nContent-Length: 2\r\n\r\nok`,
    never: /plimsoll/i,
  },
  {
    id: 'answer-hop-by-hop',
    comes: '`Keep-Alive`, `Proxy-Authenticate`, `Trailer`, `Upgrade`, and what `Connection` names',
    becomes: 'end here',
    answer: `${OK}Connection: X-Named\r\nX-Named: 1\r\nKeep-Alive: timeout=5\r\nProxy-Authenticate: Basic\r\nTrailer: X-Sum\r\nUpgrade: h2c\r\nX-Kept: 1\r\nContent-Length: 2\r\n\r\nok`,
    arrives: [/\r\nX-Kept: 1\r\n/i],
    never: /keep-alive|proxy-authenticate|trailer|upgrade|x-named/i,
  },
  {
    id: 'answer-other-ways',
    comes: '`Alt-Svc`, load reports',
    becomes: 'end here: the first is a way past the balancer, the second is for the gateway',
    answer: `${OK}Alt-Svc: h3=":443"\r\nEndpoint-Load-Metrics: TEXT cpu_utilization=0.3\r\nContent-Length: 2\r\n\r\nok`,
    never: /alt-svc|endpoint-load/i,
  },
  {
    id: 'answer-cookies',
    comes: 'several `Set-Cookie`, one of 6 KB',
    becomes: 'arrive one by one',
    answer: `${OK}Set-Cookie: a=1; Path=/\r\nSet-Cookie: b=${'b'.repeat(6_000)}\r\nContent-Length: 2\r\n\r\nok`,
    arrives: [/\r\nset-cookie: a=1; Path=\/\r\n/i, /\r\nset-cookie: b=b{6000}\r\n/i],
  },
  {
    id: 'answer-two-lengths',
    comes: 'two lengths that differ',
    becomes: 'no answer: 503, or the next origin',
    answer: `${OK}Content-Length: 2\r\nContent-Length: 3\r\n\r\nok!`,
    status: 503,
  },
  ...[
    ['lines', 'Content-Length: 5\r\nContent-Length: 5'],
    ['list', 'Content-Length: 5, 5'],
    ['long', `Content-Length: 20000\r\nContent-Length: 20000`],
  ].map(([how = '', lines = '']) => ({
    id: `answer-same-length-${how}`,
    comes:
      how === 'list'
        ? '`Content-Length: 5, 5`'
        : `one length in two lines${how === 'long' ? ', of a long body' : ''}`,
    becomes: 'one length',
    answer: `${OK}${lines}\r\n\r\n${how === 'long' ? 'hello'.repeat(4_000) : 'hello'}`,
    arrives: [/^(?!.*content-length.*content-length)(?!.*content-length: \d+,).*\r\n\r\n(hello)+$/is],
  })),
  {
    id: 'answer-length-and-chunked',
    comes: '`Content-Length` and `Transfer-Encoding`',
    becomes: 'the chunks count, and one length or chunks go on',
    answer: `${OK}Content-Length: 50\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n`,
    arrives: [/^(?!.*content-length: 50).*ok/is],
  },
  {
    id: 'answer-folded',
    comes: 'a folded header',
    becomes: 'no answer: 503, or the next origin',
    answer: `${OK}X-A: one\r\n two\r\nContent-Length: 2\r\n\r\nok`,
    status: 503,
  },
  {
    id: 'answer-nul',
    comes: 'NUL in a header',
    becomes: 'no answer: 503, or the next origin',
    answer: `${OK}X-A: one\0two\r\nContent-Length: 2\r\n\r\nok`,
    status: 503,
  },
  {
    id: 'answer-status',
    comes: 'a status beyond 599',
    becomes: 'no answer: 503, or the next origin',
    answer: 'HTTP/1.1 999 Odd\r\nContent-Length: 2\r\n\r\nok',
    status: 503,
  },
];
