import type { FilePool } from '../../../shared/authoring/schema.ts';
import type { Ledger } from '../report/ledger.ts';
import type { Statement } from './statement.ts';
import { hashKeyOf } from './value.ts';

type Steering = NonNullable<FilePool['origin_steering']>;

interface Facts {
  ledger: Ledger;
  /** nginx's weight of a share of 1. */
  scale: number;
  /** Whether an origin gets another name than in the source, which moves it on a ring of hashes. */
  is_renamed: boolean;
}

/** The largest `weight_scale`. */
const MAX_SCALE = 1_000;

/** The origin-level policy of an upstream. nginx's default is smooth weighted round robin. */
export function steeringOf(upstream: Statement, facts: Facts): Steering {
  const { ledger } = facts;
  for (const each of upstream.block ?? []) {
    const [first = '', second, third] = each.args;
    switch (each.name) {
      case 'least_conn':
        ledger.approximated(each, 'counts the requests in flight of one isolate, not of all nginx workers');
        return { policy: 'least_connections' };
      case 'ip_hash':
        ledger.approximated(
          each,
          'another hash, so every client moves once; IPv4 counts whole, not by its /24',
        );
        return hashed('hash', 'client_address');
      case 'hash':
        return byHash(each, first, second, facts);
      case 'random':
        if (first === 'two') {
          ledger.approximated(each, 'of two drawn, the one with fewer requests in flight in this isolate');
          return { policy: second?.startsWith('least_time') ? 'peak_ewma' : 'least_outstanding_requests' };
        }
        ledger.taken(each, third ?? '');
        return { policy: 'random' };
      case 'least_time':
        ledger.approximated(each, 'the lower of two by time and requests in flight (`peak_ewma`)');
        return { policy: 'peak_ewma' };
    }
  }
  return { policy: 'smooth_weighted_round_robin' };
}

function byHash(
  each: Statement,
  text: string,
  second: string | undefined,
  { ledger, scale, is_renamed }: Facts,
): Steering {
  const found = hashKeyOf(text);
  if (found === undefined) {
    ledger.none(
      each,
      'Plimsoll hashes by client address, path, header, cookie or query argument; round robin instead',
    );
    return { policy: 'smooth_weighted_round_robin' };
  }
  if (second !== 'consistent') {
    ledger.approximated(each, 'rendezvous hashing, so every key moves once, and few when a server leaves');
    return hashed('hash', found.key);
  }
  if (scale > MAX_SCALE) ledger.approximated(each, 'a ring for such weights is too large, so keys move once');
  else if (is_renamed)
    ledger.approximated(each, "the same ring, but of the origins' new names, so keys move once");
  else if (found.exact) ledger.taken(each, 'the same ring, bit for bit; an IPv6 client counts by its /64');
  else ledger.approximated(each, `the same ring, but the key is \`${found.key}\` as text, so keys move once`);
  return {
    policy: 'ketama',
    options: { key: [found.key], ...(scale === 1 ? {} : { weight_scale: Math.min(scale, MAX_SCALE) }) },
  };
}

function hashed(policy: 'hash', key: string): Steering {
  return { policy, options: { key: [key] } };
}
