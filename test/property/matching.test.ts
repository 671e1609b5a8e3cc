import fc from 'fast-check';
import { expect, it } from 'vitest';
import { compileMatcher, match } from '../../workers/gateway/request/match.ts';
import { parseRequestUrl } from '../../workers/gateway/request/request_url.ts';
import { balancer } from '../support/normalised.ts';
import { runs } from './runs.ts';

const label = fc.constantFrom('a', 'b', 'c', 'www');
const host = fc.array(label, { minLength: 1, maxLength: 4 }).map((labels) => labels.join('.'));
const pattern = fc.oneof(
  host,
  host.map((name) => `*.${name}`),
  fc.constant('*'),
);
const path = fc
  .array(fc.constantFrom('x', 'y', 'xy'), { maxLength: 3 })
  .map((parts) => `/${parts.join('/')}`);

/** The rule as documentation puts it: all that cover, the best of them. */
function naive(list: ReturnType<typeof balancer>[], asked_host: string, asked_path: string) {
  const covers = list
    .filter(({ enabled }) => enabled)
    .filter(
      ({ host: name }) =>
        name === '*' || name === asked_host || (name.startsWith('*.') && asked_host.endsWith(name.slice(1))),
    )
    .filter(
      ({ path: prefix }) => prefix === '/' || asked_path === prefix || asked_path.startsWith(`${prefix}/`),
    );
  const rank = ({ host: name }: { host: string }) =>
    name === asked_host ? 1_000 : name === '*' ? 0 : name.length;
  return covers.sort((a, b) => rank(b) - rank(a) || b.path.length - a.path.length)[0];
}

it('the balancer of a request is the one that a simple search of a list finds', () => {
  const one = fc.record({ host: pattern, path, enabled: fc.boolean() });
  fc.assert(
    fc.property(
      fc.uniqueArray(one, { maxLength: 8, selector: ({ host: name, path: prefix }) => `${name}${prefix}` }),
      host,
      path,
      (list, asked_host, asked_path) => {
        const balancers = list.map((each, i) => balancer({ ...each, id: String(i) }));
        expect(match(compileMatcher(balancers), asked_host, asked_path)?.id).toBe(
          naive(balancers, asked_host, asked_path)?.id,
        );
      },
    ),
    runs(),
  );
});

it('the matched path is the path that the runtime sends, whatever its segments', () => {
  const piece = fc.constantFrom('/', '.', '..', '%2e', '%2E', '\\', '%2f', '%5c', 'a', ';', '//', '?', '&=');
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      const {
        origin,
        path: matched,
        path_and_query,
      } = parseRequestUrl(`http://app.example.com/${pieces.join('')}`);
      const sent = new URL(origin + path_and_query);
      expect(sent.href).toBe(origin + path_and_query);
      expect(sent.pathname).toBe(matched);
    }),
    runs(),
  );
});
