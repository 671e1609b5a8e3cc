import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { OperatorChange, Way } from '../../../shared/contracts/history.ts';
import { FakeHistory } from '../../support/fake_history.ts';

/** A request that the console got. */
export interface Asked {
  method: string;
  /** With its query. */
  path: string;
  headers: Record<string, string | string[] | undefined>;
  body: Record<string, unknown>;
}

/** Status and body of an answer. */
export type Answer = [number, unknown];

/** The one token that the console takes. */
export const TOKEN = `plimsoll_${'t'.repeat(43)}`;

/**
 * A console with a history in memory.
 * @param intercept answers before the console does; undefined: the console answers
 */
export async function startConsole(intercept: (asked: Asked) => Answer | undefined = () => undefined) {
  const history = new FakeHistory();
  const asked: Asked[] = [];
  const server = createServer(async (request, response) => {
    const { method = 'GET', url = '/', headers } = request;
    const sent = await text(request);
    const one: Asked = { method, path: url, headers, body: sent === '' ? {} : JSON.parse(sent) };
    asked.push(one);
    const [status, body] = intercept(one) ?? answer(history, one);
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    history,
    asked,
    /** Variables with which `lb` acts in production, on this console. */
    env: { PLIMSOLL_CONSOLE_URL: url, PLIMSOLL_TOKEN: TOKEN },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A refusal, as the console writes it. */
export function refusal(status: number, code: number, ...messages: string[]): Answer {
  return [status, { error: messages[0], errors: messages.map((message) => ({ code, message })) }];
}

function answer(history: FakeHistory, { method, path, headers, body }: Asked): Answer {
  if (headers['authorization'] !== `Bearer ${TOKEN}`) return refusal(401, 1_000, 'the token is not known');
  const url = new URL(path, 'http://console');
  const { newest, etag } = history;
  const way = (body['way'] ?? 'api') as Way;
  const comment = body['comment'] as string | undefined;
  const number = Number(/^\/api\/config\/versions\/(\d+)/.exec(url.pathname)?.[1]);
  const one = history.versions.find(({ version }) => version === number);
  switch (`${method} ${url.pathname.replace(String(number), ':n')}`) {
    case 'GET /api/config': {
      const { source = '', ...version } = newest ?? {};
      const publication = history.publication();
      return [200, { version: newest === undefined ? null : version, source, etag, publication }];
    }
    case 'PUT /api/config':
      if (headers['if-match'] === undefined) return refusal(428, 1_007, 'If-Match is missing');
      if (headers['if-match'] !== etag) return refusal(412, 1_007, 'another version came between');
      return [200, history.write(String(body['source']), way, comment)];
    case 'GET /api/config/versions': {
      const before = Number(url.searchParams.get('before') ?? Infinity);
      const found = history.versions.filter(({ version }) => version < before).reverse();
      return [200, { versions: found.slice(0, Number(url.searchParams.get('limit'))) }];
    }
    case 'GET /api/config/versions/:n':
      return one === undefined ? refusal(404, 1_001, `there is no version ${number}`) : [200, one];
    case 'PUT /api/config/versions/:n/pin':
      return [200, { ...one, pinned: body['pinned'] }];
    case 'GET /api/config/publication':
      return [200, history.publication()];
    case 'POST /api/config/outside':
      history.outside = null;
      return [200, history.write(newest?.source ?? '{}', body['action'] === 'adopt' ? 'adopt' : 'api')];
    case 'POST /api/config/rollback': {
      const back = history.versions.find(({ version }) => version === body['version']);
      return back === undefined
        ? refusal(404, 1_001, 'there is no such version')
        : [200, history.write(back.source, 'rollback', comment)];
    }
    case 'POST /api/states':
      return [200, history.operate(body['changes'] as OperatorChange[], way, comment)];
    default:
      return refusal(404, 7_000, `there is no route ${method} ${path}`);
  }
}
