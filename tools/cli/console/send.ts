/** A request with a text as its body. */
export interface Sent {
  method: string;
  headers: Readonly<Record<string, string>>;
  body?: string;
}

/** The answer to it. */
export interface Received {
  status: number;
  body: string;
}

/**
 * Sends a request and waits for the whole answer. Redirects are not followed, because a token would go elsewhere. It is not `fetch`,
 * whose library takes several times as long to load, and commands of `lb` should answer in 300 ms.
 * @throws Error if nothing answers within `timeout_ms`, or the address is wrong
 */
export function send(url: string, { method, headers, body }: Sent, timeout_ms: number): Promise<Received> {
  const signal = AbortSignal.timeout(timeout_ms);
  return new Promise((resolve, reject) => {
    const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
    requester(url)(url, { method, headers: { ...headers, ...length }, signal }, (response) => {
      let received = '';
      response
        .setEncoding('utf8')
        .on('data', (text: string) => (received += text))
        .once('error', reject)
        .once('end', () => resolve({ status: response.statusCode ?? 0, body: received }));
    })
      .once('error', reject)
      .end(body);
  });
}

/** An `import` of `node:http` reads each of its exports. Some of them load the library of `fetch`, which takes 30 to 90 ms. */
function requester(url: string) {
  return url.startsWith('https:')
    ? process.getBuiltinModule('node:https').request
    : process.getBuiltinModule('node:http').request;
}
