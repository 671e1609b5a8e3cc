import * as v from 'valibot';
import { bool, id, oneOf, originName, text, weight, whole } from './fields.ts';
import { headerMap, originAddress } from './http_fields.ts';
import { about, HEALTH_BY_API, ignored } from './notes.ts';

/** What an operator can set an origin or a pool to. */
export const operatorState = about(
  '`drain`: no new clients; sessions continue for `drain_duration`, and probes continue. `maintenance`: no traffic and no ' +
    'probes. `lb drain`, `lb maintenance` and `lb ready` change it in the published configuration.',
  v.optional(oneOf(['ready', 'drain', 'maintenance']), 'ready'),
);

export const OriginSchema = v.strictObject(
  {
    name: about('Unique in its pool.', originName),
    address: about('Hostname. A bare IP address works only locally: the platform refuses it.', originAddress),
    enabled: about('Whether it takes traffic.', v.optional(bool, true)),
    state: operatorState,
    weight: about(
      "Share of its pool's traffic, relative to the other origins. 0: no new traffic; it is still probed.",
      v.optional(weight, 1),
    ),
    port: about("0: the scheme's default port.", v.optional(whole(0, 65_535), 0)),
    header: about(
      '`{ "Host": ["app.example.com"] }` is the Host that the origin sees. No other header, and one value.',
      v.optional(headerMap, {}),
    ),
    scheme: about(
      'Scheme to the origin. `auto`: http on port 80 and locally, else https.',
      v.optional(oneOf(['auto', 'http', 'https']), 'auto'),
    ),
    proxy: about(
      'Proxy Worker that carries its requests: `"eu"` is the gateway\'s binding `PROXY_EU`. Default: the pool\'s.',
      v.optional(id),
    ),
    allow_private: about(
      "Whether its address may be private, or the host of a load balancer here. Locally it may. Default: the pool's.",
      v.optional(bool),
    ),
    flatten_cname: ignored('the platform resolves names itself', v.optional(bool), [true]),
    virtual_network_id: ignored('origins are reached by public hostnames', v.optional(text)),
    ...HEALTH_BY_API,
  },
  'an object',
);
