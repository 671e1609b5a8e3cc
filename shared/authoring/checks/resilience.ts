import { IDEMPOTENT } from '../../http/idempotent.ts';
import { type DraftConfig, placed } from '../draft.ts';
import { error, type Path, type Problem, warning } from '../problem.ts';

/** Registered methods that are neither safe nor idempotent. */
const NOT_IDEMPOTENT: readonly string[] = ['POST', 'PATCH', 'LOCK', 'CONNECT'];

/** Settings of hedging, deadlines, retries and ejection that do not fit together. */
export function* resilience(config: DraftConfig): Generator<Problem> {
  for (const [path, { hedging, retry, timeouts }] of placed(config.load_balancers, 'load_balancers')) {
    const { after_ms } = hedging ?? {};
    // Drafts keep the keys of faulty values.
    if (hedging !== undefined && Object.keys(hedging).length !== 1)
      yield error([...path, 'hedging'], 'set exactly one of `after_ms` and `percentile`');
    if (hedging !== undefined && retry?.attempts === 1)
      yield warning(
        [...path, 'hedging'],
        'has no effect: a hedge is a second attempt, and `retry.attempts` is 1; set that to 2',
      );
    const { first_byte_ms, total_ms } = timeouts ?? {};
    const place = [...path, 'hedging', 'after_ms'];
    if (after_ms !== undefined && first_byte_ms !== undefined && after_ms >= first_byte_ms)
      yield warning(
        place,
        `has no effect: an attempt ends after \`first_byte_ms\` (${first_byte_ms}); lower it`,
      );
    if (after_ms !== undefined && total_ms !== undefined && after_ms >= total_ms)
      yield warning(
        place,
        `has no effect: a request ends after \`timeouts.total_ms\` (${total_ms}); lower it`,
      );
    yield* deadlines(first_byte_ms, total_ms, retry?.attempts, [...path, 'timeouts', 'first_byte_ms']);
    for (const [at, method] of placed(retry?.also_methods, ...path, 'retry', 'also_methods'))
      yield* alsoMethod(method, at);
    const { base_ms, max_ms } = retry?.backoff ?? {};
    if (base_ms !== undefined && max_ms !== undefined && base_ms > max_ms)
      yield warning([...path, 'retry', 'backoff', 'base_ms'], above(base_ms, 'max_ms', max_ms));
  }
  for (const [path, { outlier_detection }] of placed(config.pools, 'pools')) {
    const { base_ejection_s, max_ejection_s } = outlier_detection ?? {};
    if (base_ejection_s !== undefined && max_ejection_s !== undefined && base_ejection_s > max_ejection_s)
      yield error(
        [...path, 'outlier_detection', 'base_ejection_s'],
        above(base_ejection_s, 'max_ejection_s', max_ejection_s),
      );
  }
}

function above(value: number, field: string, limit: number): string {
  return `got ${value}, more than \`${field}\` (${limit}); lower it`;
}

function* deadlines(
  first_byte_ms: number | undefined,
  total_ms: number | undefined,
  attempts: number | undefined,
  path: Path,
): Generator<Problem> {
  if (first_byte_ms === undefined || total_ms === undefined || first_byte_ms < total_ms) return;
  const tries = attempts ?? 1;
  if (first_byte_ms === total_ms && tries === 1) return;
  const longer = first_byte_ms > total_ms;
  const what = `got ${first_byte_ms}, ${longer ? 'more than' : 'as long as'} \`total_ms\` (${total_ms})`;
  const so =
    tries > 1 ? 'a silent origin leaves no time for a second attempt' : 'which ends the request first';
  yield warning(
    path,
    `${what}, ${tries > 1 ? 'so ' : ''}${so}; set at most ${Math.max(1, Math.floor(total_ms / tries))}`,
  );
}

function* alsoMethod(method: string, path: Path): Generator<Problem> {
  const known = method.toUpperCase();
  if (IDEMPOTENT.has(method))
    yield warning(path, `has no effect: ${method} is idempotent and may always be sent again; remove it`);
  else if (known !== method && (IDEMPOTENT.has(known) || NOT_IDEMPOTENT.includes(known)))
    yield warning(path, `got "${method}", but methods are case-sensitive; write "${known}"`);
}
