import type {
  Choice,
  ExplainedOrigin,
  ExplainedPool,
  ShownExplanation,
} from '../../../shared/contracts/explain.ts';
import { partText, RULE_RESULT } from '../../../shared/display/rule_result.ts';
import { textTable } from '../../project/text_table.ts';
import { visible } from '../../project/visible.ts';

/** An explanation for people: the result first, then how it came about. */
export function explanationText(explanation: ShownExplanation): string {
  const { pools, notes } = explanation;
  const parts = [
    visible(resultText(explanation)),
    [
      balancerText(explanation),
      ...ruleLines(explanation),
      ...sessionLines(explanation),
      ...choiceLines(explanation),
    ]
      .map(visible)
      .join('\n'),
    pools.length === 0 ? '' : poolTable(pools, explanation.choice?.order ?? []),
    [...notes.map((note) => `note: ${note}`), versionText(explanation)].map(visible).join('\n'),
  ];
  return parts.filter((part) => part !== '').join('\n\n');
}

function resultText({ outcome, origin, status, detail }: ShownExplanation): string {
  switch (outcome) {
    case 'origin':
      return `The request goes to ${origin}.`;
    case 'fixed_response':
      return `A rule answers with ${status}.`;
    case 'maintenance':
      return `The maintenance page answers with ${status}.`;
    case 'no_match':
      return `No load balancer serves this host and path, so the gateway answers with ${status}.`;
    case 'unavailable':
      return `No origin can take the request, so the gateway answers with ${status}.`;
    case 'invalid':
      return `The gateway refuses the request with ${status}: ${detail}.`;
  }
}

function balancerText({ balancer }: ShownExplanation): string {
  if (balancer === undefined) return '';
  const { id, host, path } = balancer;
  return `load balancer  ${id} (host ${host}${path === '/' ? '' : `, path ${path}`})`;
}

function ruleLines({ rules }: ShownExplanation): string[] {
  return rules.flatMap(({ kind, name, result, condition, because = [] }) => [
    `${kind === 'rule' ? 'rule          ' : 'pool set      '} ${name}: ${RULE_RESULT[result]}${condition === undefined ? '' : ` (${condition})`}`,
    ...because.map((part) => `                 ${partText(part)}`),
  ]);
}

function sessionLines({ session }: ShownExplanation): string[] {
  if (session === undefined) return [];
  const { by, named, kept } = session;
  const text =
    named === undefined
      ? 'names no origin yet'
      : `names ${named}, ${kept ? 'and stays there' : 'which cannot serve it now'}`;
  return [`session        by ${by}: ${text}`];
}

const DECISION: Readonly<Record<Choice['decision'], string>> = {
  kept: 'from an answer that the gateway has kept',
  asked: 'the selector is asked',
  failover_order: 'no selector answers, so the gateway orders the origins',
  pinned: 'the session chooses',
};

function choiceLines({ choice, events }: ShownExplanation): string[] {
  if (choice === undefined) return [];
  const { decision, strategy, variant, follows, ranking, finalists, settled_by, order, draws } = choice;
  return [
    `strategy       ${strategy}${variant === 'canary' ? ' (canary)' : ''}: ${DECISION[decision]}`,
    ...(follows === undefined || follows.length === 0 ? [] : [`key            ${follows.join(', ')}`]),
    ...(ranking.length === 0 ? [] : [`ranking        ${ranking.join(', ')}`]),
    ...(settled_by === '' ? [] : [`settled        among the first ${finalists}, by ${settled_by}`]),
    `order          ${order.join(', ')}`,
    ...(draws.length === 0 ? [] : [`drawn          ${draws.map((number) => number.toFixed(4)).join(', ')}`]),
    ...(events.length === 0 ? [] : [`events         ${events.join(', ')}`]),
  ];
}

function poolTable(pools: readonly ExplainedPool[], order: readonly string[]): string {
  const rows = pools.flatMap(({ id, out, is_fallback, origins }) =>
    origins.map((origin, index) => [
      index === 0 ? `${id}${is_fallback ? ' (fallback)' : ''}` : '',
      index === 0 ? (out ?? 'candidate') : '',
      origin.id,
      standingText(origin),
      String(origin.weight),
      origin.effective_weight === undefined ? '' : String(Number(origin.effective_weight.toFixed(4))),
      String(origin.inflight),
      order.includes(origin.id) ? String(order.indexOf(origin.id) + 1) : '',
    ]),
  );
  return textTable(
    ['pool', 'as a pool', 'origin', 'standing', 'weight', 'in effect', 'in flight', 'order'],
    rows,
  );
}

function standingText({ enabled, state, health, share, full }: ExplainedOrigin): string {
  const marks = [
    ...(enabled ? [] : ['disabled']),
    ...(state === undefined ? [] : [state]),
    health,
    ...(share === 0 ? ['ejected'] : share < 1 ? [`coming back at ${Math.round(share * 100)} %`] : []),
    ...(full ? ['full'] : []),
  ];
  return marks.join(', ');
}

function versionText({ isolate, config_version, health_version, choice }: ShownExplanation): string {
  const selector = choice?.selector_version ? `, selector ${choice.selector_version}` : '';
  return `Isolate ${isolate} said so, with configuration version ${config_version}, health version ${health_version}${selector}. Others may have other loads.`;
}
