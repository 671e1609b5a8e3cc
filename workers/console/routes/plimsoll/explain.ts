import * as v from 'valibot';
import type { Explainable, ShownExplanation } from '../../../../shared/contracts/explain.ts';
import { parseAddress } from '../../../../shared/ip/parse_address.ts';
import { CODES, Refusal } from '../../refusal.ts';
import { shownRule } from '../../shown_rule.ts';
import type { Call, Reply, Route } from '../route.ts';

const MAX_HEADERS = 100;
const MAX_TEXT = 8_192;
const NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const ANY_URL = 'https://any.example/';
const text = v.pipe(v.string(), v.maxLength(MAX_TEXT, `at most ${MAX_TEXT} characters`));

const ExplainBody = v.strictObject({
  url: v.pipe(
    text,
    v.check(
      (url) => /^https?:\/\//.test(url) && URL.canParse(url),
      'an absolute URL such as "https://app.example.com/cart"',
    ),
    // Clients send them in a header, so no gateway gets such a URL.
    v.check((url) => {
      const { username = '', password = '' } = URL.parse(url) ?? {};
      return username === '' && password === '';
    }, 'a URL without a user and a password'),
  ),
  method: v.optional(v.pipe(v.string(), v.check(isMethod, 'a method that Workers accept, such as "GET"'))),
  headers: v.optional(
    v.pipe(
      v.record(
        v.pipe(v.string(), v.regex(NAME, 'the name of a header')),
        v.pipe(
          text,
          v.check((value) => !/[\r\n\0]/.test(value), 'a text of one line'),
          v.check((value) => isPossible(() => new Headers([['x', value]])), 'a text that a header can have'),
        ),
      ),
      v.check((headers) => Object.keys(headers).length <= MAX_HEADERS, `at most ${MAX_HEADERS} headers`),
    ),
  ),
  client_address: v.optional(
    v.pipe(
      text,
      v.check((address) => parseAddress(address) !== undefined, 'an IP address such as "192.0.2.7"'),
    ),
  ),
  cf: v.optional(v.record(v.string(), v.union([text, v.number()], 'a text or a number'))),
});

/** Why a request goes where it goes. */
export const EXPLAIN_ROUTES: readonly Route[] = [
  {
    method: 'POST',
    path: '/api/explain',
    scope: 'read',
    tag: 'traffic',
    summary: 'Explains where a request would go now, and why. Nothing is sent to an origin.',
    body: ExplainBody,
    result: v.looseObject({
      outcome: v.string(),
      rules: v.array(v.looseObject({})),
      pools: v.array(v.looseObject({})),
    }),
    handle: explain,
  },
];

/** The gateway's explanation, with conditions as text. @throws {Refusal} 503 if the gateway does not answer */
async function explain({ body, env }: Call): Promise<Reply> {
  if (env.GATEWAY === undefined)
    throw unavailable('the gateway is not bound: add GATEWAY under [[services]] in wrangler.console.toml');
  const explanation = await env.GATEWAY.explain(body as Explainable).catch((error: unknown) => {
    console.error(`console: the gateway explains nothing: ${String(error)}`);
    throw unavailable(
      'the gateway does not explain: deploy it again if it is older than the console, or look at its log',
    );
  });
  const result: ShownExplanation = { ...explanation, rules: explanation.rules.map(shownRule) };
  return { result };
}

/** Whether a request can have the method: the runtime refuses CONNECT, lower case and words that it does not know. */
function isMethod(method: string): boolean {
  return isPossible(() => {
    if (new Request(ANY_URL, { method }).method !== method) throw new TypeError(method);
  });
}

/** Whether the platform makes an object. The gateway makes the same ones. */
function isPossible(make: () => unknown): boolean {
  try {
    make();
    return true;
  } catch {
    return false;
  }
}

function unavailable(message: string): Refusal {
  return new Refusal(503, [{ code: CODES.internal, message }]);
}
