import type { FileBalancer, FileRule } from '../../../shared/authoring/schema.ts';
import { quoted, valid } from '../parts/condition.ts';
import type { Ledger } from '../report/ledger.ts';
import { type Acls, aclsOf, conditionOf } from './acl.ts';
import type { Backend } from './backend.ts';
import type { Line } from './parse.ts';
import type { Settings } from './settings.ts';

/** A load balancer without its host. */
export type HostlessBalancer = Omit<FileBalancer, 'name'>;

/**
 * Turns a `frontend` or `listen` into a load balancer with rules.
 * @param own the backend part of a `listen`
 * @returns undefined: it leads to no backend
 */
export function balancerOf(
  settings: Settings,
  backends: ReadonlyMap<string, Backend>,
  own: Backend | undefined,
  ledger: Ledger,
): HostlessBalancer | undefined {
  const acls = aclsOf(settings.section.lines);
  const answers = settings.section.lines.flatMap((line) => answerOf(line, acls, ledger));
  const standard = settings.last('default_backend');
  const by_default = backends.get(standard?.words[1] ?? '') ?? own;
  if (standard !== undefined && backends.has(standard.words[1] ?? '')) ledger.taken(standard);
  else ledger.none(standard, 'this backend was not taken');
  const choices = settings.all('use_backend').flatMap((line) => choiceOf(line, acls, backends, ledger));
  const serving = by_default ?? choices[0]?.backend;
  if (serving === undefined) return undefined;
  const rules = choices.map(({ condition, backend, line }): FileRule => {
    if (JSON.stringify(backend.resilience) !== JSON.stringify(serving.resilience)) {
      for (const each of backend.resilience_lines)
        ledger.approximated(each, 'not in force where a rule leads to this backend');
      ledger.approximated(
        line,
        `deadlines and retries are those of ${serving.name}, because a rule changes pools only`,
      );
    }
    return {
      name: line.text.slice(0, 60),
      condition,
      terminates: true,
      overrides: overridesOf(backend, serving),
    };
  });
  // Without a default backend, HAProxy answers 503.
  const unserved: FileRule[] =
    by_default === undefined ? [{ name: 'no backend', fixed_response: { status_code: 503 } }] : [];
  const all = [...answers, ...rules, ...unserved];
  const more = [serving, ...choices.map(({ backend }) => backend)].some(({ pools }) => pools.length > 1);
  return {
    default_pools: serving.pools.map(({ name }) => name),
    ...(more ? { adaptive_routing: { failover_across_pools: true } } : {}),
    ...serving.resilience,
    ...serving.affinity,
    ...(all.length === 0 ? {} : { rules: all }),
  };
}

interface Choice {
  condition: string;
  backend: Backend;
  line: Line;
}

function choiceOf(line: Line, acls: Acls, backends: ReadonlyMap<string, Backend>, ledger: Ledger): Choice[] {
  const name = line.words[1] ?? '';
  const backend = backends.get(name);
  const condition = conditionOf(line.words, acls);
  if (name.includes('%[')) ledger.none(line, 'a computed name; write a rule for each backend');
  else if (backend === undefined) ledger.none(line, 'this backend was not taken');
  else if (condition.text === undefined) ledger.none(line, 'rules cannot express its condition');
  else {
    ledger.taken(line, 'a rule');
    for (const each of condition.used) ledger.taken(each);
    return [{ condition: condition.text, backend, line }];
  }
  return [];
}

function overridesOf(backend: Backend, serving: Backend): NonNullable<FileRule['overrides']> {
  const differs = JSON.stringify(backend.affinity) !== JSON.stringify(serving.affinity);
  const { session_affinity = 'none', session_affinity_attributes = {} } = backend.affinity;
  return {
    default_pools: backend.pools.map(({ name }) => name),
    ...(differs ? { session_affinity, session_affinity_attributes } : {}),
  };
}

/** Rules that answer without a backend: `monitor-uri`, and deny, return and redirect of `http-request`. */
function answerOf(line: Line, acls: Acls, ledger: Ledger): FileRule[] {
  const [keyword = '', first = ''] = line.words;
  if (keyword === 'monitor-uri') {
    const condition = valid(`http.request.uri.path eq ${quoted(first)}`);
    if (condition === undefined) return [];
    ledger.taken(line, 'a rule with a fixed response');
    return [{ name: 'monitor-uri', condition, fixed_response: { status_code: 200, message_body: 'OK\n' } }];
  }
  const words = keyword === 'http-request' ? line.words.slice(1) : keyword === 'redirect' ? line.words : [];
  const response = responseOf(words, line, ledger);
  if (response === undefined) return [];
  const condition = conditionOf(words, acls);
  if (condition.text === undefined) {
    ledger.none(line, 'rules cannot express its condition');
    return [];
  }
  ledger.taken(line, 'a rule with a fixed response');
  for (const each of condition.used) ledger.taken(each);
  return [{ name: line.text.slice(0, 60), condition: condition.text, fixed_response: response }];
}

function responseOf(words: readonly string[], line: Line, ledger: Ledger): FileRule['fixed_response'] {
  const [action, kind, target = ''] = words;
  const after = (word: string) => (words.includes(word) ? words[words.indexOf(word) + 1] : undefined);
  if (action === 'deny') return { status_code: statusOf(after('deny_status') ?? after('status'), 403) };
  if (action === 'return') {
    const type = after('content-type');
    const body = after('string');
    const status_code = statusOf(after('status'), 200);
    const has_body = body !== undefined && ![204, 205, 304].includes(status_code);
    return {
      status_code,
      ...(type === undefined || /[^\t\x20-\x7e]/.test(type) || type.length > 256
        ? {}
        : { content_type: type }),
      ...(has_body ? { message_body: body.slice(0, 65_536) } : {}),
    };
  }
  if (action !== 'redirect') return undefined;
  if (kind === 'scheme') ledger.platform(line, 'Always Use HTTPS');
  const is_fixed =
    kind === 'location' && target !== '' && !/%\[|[^\x20-\x7e]/.test(target) && target.length <= 2_048;
  if (!is_fixed) return undefined;
  const code = Number(after('code') ?? 302);
  return { status_code: [301, 302, 303, 307, 308].includes(code) ? code : 302, location: target };
}

function statusOf(text: string | undefined, standard: number): number {
  const status = Number(text ?? standard);
  // A redirect needs a location.
  return Number.isInteger(status) && status >= 200 && status <= 599 && !/^30[12378]$|^201$/.test(`${status}`)
    ? status
    : standard;
}
