import { fitted } from '../parts/time.ts';
import type { RoutePools } from '../routes/ordered.ts';
import type { Place } from '../tree/tree.ts';

type Affinity = Pick<RoutePools, 'session_affinity' | 'session_affinity_ttl' | 'session_affinity_attributes'>;

const SAME_SITE = { none: 'None', lax: 'Lax', strict: 'Strict' } as const;

/** Session affinity of a service with `sticky`. */
export function affinityOf(sticky: Place): Affinity {
  const cookie = sticky.at('cookie');
  if (!sticky.exists || sticky.value === null) return {};
  sticky.approximated("Plimsoll's own signed cookie");
  const max_age = cookie.at('maxAge').number ?? 0;
  const wanted = cookie.at('sameSite').text;
  const samesite = Object.entries(SAME_SITE).find(([name]) => name === wanted)?.[1];
  const is_secure = cookie.at('secure').value === true;
  return {
    session_affinity: 'cookie',
    ...(max_age > 0 ? { session_affinity_ttl: fitted(max_age, 1_800, 604_800).value } : {}),
    session_affinity_attributes: {
      zero_downtime_failover: 'sticky',
      ...(samesite === undefined ? {} : { samesite }),
      ...(is_secure ? { secure: 'Always' as const } : {}),
    },
  };
}
