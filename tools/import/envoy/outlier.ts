import type { FilePool } from '../../../shared/authoring/schema.ts';
import { fitted } from '../parts/time.ts';
import type { Place } from '../tree/tree.ts';
import { secondsOf } from './duration.ts';

/** Ejection, with Envoy's defaults. Nothing is ejected if the cluster does not ask for it. */
export function outlierOf(outlier: Place): NonNullable<FilePool['outlier_detection']> {
  if (!outlier.exists) return { enabled: false };
  const number = (field: string, standard: number, max: number) => {
    outlier.at(field).taken();
    return fitted(outlier.at(field).number ?? standard, 1, max).value;
  };
  const seconds = (field: string, standard: number) => {
    outlier.at(field).taken();
    return Math.min(3_600, Math.max(0.001, secondsOf(outlier.at(field)) ?? standard));
  };
  const base_ejection_s = seconds('base_ejection_time', 30);
  const gateway = outlier.at('consecutive_gateway_failure').exists;
  const made = {
    consecutive_failures: number(gateway ? 'consecutive_gateway_failure' : 'consecutive_5xx', 5, 1_000),
    interval_s: seconds('interval', 10),
    base_ejection_s,
    max_ejection_s: Math.max(base_ejection_s, seconds('max_ejection_time', 300)),
    max_ejection_percent: number('max_ejection_percent', 10, 100),
  };
  outlier
    .at('consecutive_5xx')
    .approximated('no connection, no answer, 502, 503 and 504 count; other statuses do not');
  for (const rest of outlier.rest()) rest.none('see `outlier_detection`');
  return made;
}
