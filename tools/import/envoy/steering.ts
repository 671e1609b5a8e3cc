import type { FilePool } from '../../../shared/authoring/schema.ts';
import { isPrime } from '../../../shared/hashing/maglev.ts';
import { whyUnreachable } from '../parts/host.ts';
import { fitted } from '../parts/time.ts';
import type { Place } from '../tree/tree.ts';
import type { Host } from './hosts.ts';

/** The origin-level policy of a cluster. @param key what its routes hash */
export function steeringOf(
  cluster: Place,
  hosts: readonly Host[],
  key: string | undefined,
): NonNullable<FilePool['origin_steering']> {
  const policy = cluster.at('lb_policy');
  switch (policy.text?.toUpperCase()) {
    case 'LEAST_REQUEST': {
      policy.approximated("counts one isolate's requests in flight");
      const choices = cluster.at('least_request_lb_config', 'choice_count');
      choices.taken();
      const count = choices.number ?? 2;
      return {
        policy: 'weighted_least_request',
        ...(count > 2 ? { options: { choices: fitted(count, 2, 32).value } } : {}),
      };
    }
    case 'RANDOM':
      policy.taken();
      return { policy: 'random' };
    case 'RING_HASH':
      if (key === undefined) break;
      policy.approximated('rendezvous hashing, so every key moves once');
      cluster.at('ring_hash_lb_config').approximated('rendezvous hashing has no ring');
      return { policy: 'hash', options: { key: [key] } };
    case 'MAGLEV': {
      if (key === undefined) break;
      const size = cluster.at('maglev_lb_config', 'table_size');
      const fits =
        size.number !== undefined && size.number >= 7 && size.number <= 5_000_011 && isPrime(size.number);
      if (fits) size.taken();
      else size.none('a table has from 7 to 5000011 slots, a prime');
      const moves = hosts.some(({ host }) => whyUnreachable(host) !== undefined);
      if (moves) policy.approximated("the same table, but of the origins' new names, so keys move once");
      else
        policy.approximated(
          'the same table if Envoy hashes hostnames (use_hostname_for_hashing), else keys move once',
        );
      return { policy: 'maglev', options: { key: [key], ...(fits ? { table_size: size.number } : {}) } };
    }
    default:
      if (
        policy.text === undefined ||
        /^(round_robin|cluster_provided|load_balancing_policy_config)$/i.test(policy.text)
      )
        policy.taken();
      else policy.none('round robin instead');
      return { policy: 'smooth_weighted_round_robin' };
  }
  policy.approximated('random, as in Envoy where no route has a hash_policy that Plimsoll can hash');
  return { policy: 'random' };
}
