import type { FilePool } from '../../../shared/authoring/schema.ts';
import type { Ledger } from '../report/ledger.ts';
import type { Settings } from './settings.ts';

type Steering = NonNullable<FilePool['origin_steering']>;

/** The origin-level policy of a backend. HAProxy's default is round robin. */
export function steeringOf(settings: Settings, ledger: Ledger): Steering {
  const line = settings.last('balance');
  const [, text = 'roundrobin', ...rest] = line?.words ?? [];
  const [, name = text, argument = ''] = /^([\w-]+)(?:\(([^)]*)\))?$/.exec(text) ?? [];
  const hash = (key: string | undefined): Steering => {
    if (key === undefined) {
      ledger.none(
        line,
        'Plimsoll hashes by client address, path, header, cookie or query argument; round robin instead',
      );
      return { policy: 'smooth_weighted_round_robin' };
    }
    ledger.approximated(line, 'rendezvous hashing, so every key moves once, and few when a server leaves');
    ledger.approximated(settings.last('hash-type'), 'rendezvous hashing: consistent');
    const bound = settings.last('hash-balance-factor');
    const bounded_load = Number(bound?.words[1] ?? 0);
    const is_bounded = Number.isInteger(bounded_load) && bounded_load > 100 && bounded_load <= 10_000;
    ledger.approximated(bound, "`bounded_load`, of one isolate's requests in flight");
    return { policy: 'hash', options: { key: [key], ...(is_bounded ? { bounded_load } : {}) } };
  };
  switch (name) {
    case 'roundrobin':
    case 'static-rr':
      ledger.taken(line);
      return { policy: 'smooth_weighted_round_robin' };
    case 'leastconn':
      ledger.approximated(line, 'counts the requests in flight of one isolate');
      return { policy: 'least_connections' };
    case 'random':
      ledger.approximated(
        line,
        'of two drawn by weight, the one with fewer requests in flight in this isolate',
      );
      return { policy: 'least_outstanding_requests' };
    case 'first':
      ledger.approximated(line, 'failover order; the next server serves when one is down or full');
      return { policy: 'off' };
    case 'source':
      return hash('client_address');
    case 'uri':
      return hash('path');
    case 'url_param':
      return hash(keyOf('query', rest[0]));
    case 'hdr':
      return hash(keyOf('header', argument));
    case 'hash':
      return hash(sampleKey(rest[0] ?? ''));
    default:
      ledger.none(line, 'round robin instead');
      return { policy: 'smooth_weighted_round_robin' };
  }
}

function sampleKey(sample: string): string | undefined {
  const [, name, argument] = /^([\w.]+)(?:\(([^)]*)\))?/.exec(sample) ?? [];
  if (name === 'src') return 'client_address';
  if (name === 'path' || name === 'base' || name === 'url') return 'path';
  if (name === 'req.cook' || name === 'cook') return keyOf('cookie', argument);
  if (name === 'req.hdr' || name === 'hdr') return keyOf('header', argument);
  return name === 'url_param' || name === 'urlp' ? keyOf('query', argument) : undefined;
}

function keyOf(kind: 'query' | 'header' | 'cookie', name = ''): string | undefined {
  const plain = name.split(',')[0] ?? '';
  return /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(plain) ? `${kind}:${plain}` : undefined;
}
