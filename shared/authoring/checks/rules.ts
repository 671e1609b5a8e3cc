import { BODILESS } from '../../http/bodiless.ts';
import { constantOf, dnsFieldsOf, type ParsedCondition, parseCondition } from '../../rules/condition.ts';
import { type DraftBalancer, type DraftConfig, placed } from '../draft.ts';
import type { Profile } from '../normalise.ts';
import { error, otherPlace, type Path, type Problem, shown, warning } from '../problem.ts';
import { type BalancerContext, balancersOf, overrides } from './overrides.ts';

type DraftRule = Exclude<NonNullable<DraftBalancer['rules']>[number], undefined>;

/** Conditions that cannot be parsed, rules that never apply, and rules whose fields do not fit together. */
export function* rules(config: DraftConfig, profile: Profile): Generator<Problem> {
  for (const context of balancersOf(config, profile)) {
    const { balancer, path } = context;
    const prepared = [...placed(balancer.rules, ...path, 'rules')].map(([at, rule]) => prepare(rule, at));
    for (const each of prepared) {
      yield* condition(each);
      const problems = [...parts(each, context)];
      // A rule that never applies gets errors about its fields, but no warnings.
      const idle = each.rule.disabled === true || each.constant === false;
      yield* idle ? problems.filter(({ severity }) => severity === 'error') : problems;
    }
    yield* unreached(prepared);
    yield* sameNames(prepared);
  }
}

/** A rule with its parsed condition. */
interface Prepared {
  rule: DraftRule;
  path: Path;
  condition: ParsedCondition;
  /** The value of the condition for every request. Undefined: it depends on the request, or cannot be parsed. */
  constant: boolean | undefined;
}

function prepare(rule: DraftRule, path: Path): Prepared {
  const condition = parseCondition(rule.condition ?? '');
  const { expression, errors } = condition;
  const empty = errors.length > 0 ? undefined : true;
  return { rule, path, condition, constant: expression === undefined ? empty : constantOf(expression) };
}

function* condition({ rule, path, condition, constant }: Prepared): Generator<Problem> {
  const { expression, errors } = condition;
  const text = rule.condition ?? '';
  const place = [...path, 'condition'];
  for (const { message, from, to } of errors) {
    const part = text.slice(from, to);
    const shown = part.length > 40 ? `${part.slice(0, 40)}…` : part;
    yield error(place, `at character ${from + 1}${shown === '' ? '' : `, ${shown}`}: ${message}`);
  }
  if (expression === undefined || rule.disabled === true) return;
  const dns = dnsFieldsOf(expression);
  if (dns.length > 0) {
    const fields = dns.map((field) => `"${field}"`).join(', ');
    const so =
      constant === false ? 'so the rule never applies; remove it' : 'so comparisons with it are false';
    yield warning(place, `only DNS queries have ${fields}, and requests here are HTTP, ${so}`);
  } else if (constant === false)
    yield warning(
      place,
      'is false for every request, so the rule never applies; correct it, or remove the rule',
    );
}

function* parts({ rule, path }: Prepared, context: BalancerContext): Generator<Problem> {
  yield* effects(rule, path);
  if (rule.fixed_response) yield* fixedResponse(rule.fixed_response, [...path, 'fixed_response']);
  else if (rule.overrides) yield* overrides(rule.overrides, [...path, 'overrides'], context);
}

function* effects({ overrides, fixed_response, terminates }: DraftRule, path: Path): Generator<Problem> {
  const overriding = Object.keys(overrides ?? {}).length > 0;
  if (overriding && fixed_response)
    yield warning(
      [...path, 'overrides'],
      'has no effect: `fixed_response` answers without an origin; remove one',
    );
  if (!overriding && !fixed_response && terminates !== true)
    yield warning(path, 'has no effect: set `overrides`, `fixed_response` or `terminates`');
}

/** Rules after one that applies to every request and terminates. */
function* unreached(prepared: readonly Prepared[]): Generator<Problem> {
  const live = prepared
    .filter(({ rule, constant }) => rule.disabled !== true && constant !== false)
    .sort((a, b) => (a.rule.priority ?? 0) - (b.rule.priority ?? 0));
  const ends = ({ terminates, fixed_response }: DraftRule) =>
    terminates === true || fixed_response !== undefined;
  const end = live.findIndex(({ rule, constant }) => constant === true && ends(rule));
  const last = live[end];
  if (last === undefined) return;
  for (const { path } of live.slice(end + 1))
    yield warning(
      path,
      `is never reached: ${otherPlace(path, last.path)} comes first, applies to every request and terminates; give that one ` +
        'a `condition`, or this one a lower `priority`',
    );
}

/** Rules with the name of another one. */
function* sameNames(prepared: readonly Prepared[]): Generator<Problem> {
  const first = new Map<string, Path>();
  for (const { rule, path } of prepared) {
    if (!rule.name || rule.disabled === true) continue;
    const earlier = first.get(rule.name);
    if (earlier === undefined) first.set(rule.name, path);
    else
      yield warning(
        [...path, 'name'],
        `duplicate name ${shown(rule.name)}, already in ${otherPlace(path, earlier)}: data points number them, "(2)"; rename one`,
      );
  }
}

const REDIRECTS: readonly number[] = [201, 301, 302, 303, 307, 308];

export function* fixedResponse(
  { status_code = 200, message_body, location }: NonNullable<DraftRule['fixed_response']>,
  path: Path,
): Generator<Problem> {
  if (BODILESS.includes(status_code) && message_body)
    yield error([...path, 'message_body'], `a response with status ${status_code} has no body; remove it`);
  if (location && !REDIRECTS.includes(status_code))
    yield warning(
      [...path, 'location'],
      `clients do not follow it with status ${status_code}; set 302 to redirect`,
    );
  if (!location && status_code !== 201 && REDIRECTS.includes(status_code))
    yield error([...path, 'location'], `missing; status ${status_code} needs it`);
}
