import type { FileRule } from '../../../shared/authoring/schema.ts';
import { matches, quoted, valid } from '../parts/condition.ts';
import type { Ledger } from '../report/ledger.ts';
import type { Location } from './location.ts';
import { resolved } from './scope.ts';
import type { Statement } from './statement.ts';
import { ruleValue } from './value.ts';

/** Where a location sends requests. */
export type Target =
  | {
      to: 'pool';
      url: string;
      directive: Statement /** Other destinations, first match first. */;
      cases: Case[];
    }
  | { to: 'response'; response: NonNullable<FileRule['fixed_response']> }
  /** The platform answers. */
  | { to: 'platform' };

/** A destination for the requests that meet a condition. */
export interface Case {
  condition: string;
  url: string;
  directive: Statement;
}

interface Context {
  ledger: Ledger;
  /** Of the server: for `try_files … @name`. */
  locations: readonly Location[];
  /** `map` blocks by the variable that they set. */
  maps: ReadonlyMap<string, Statement>;
}

/**
 * What a location does with a request.
 * @param from locations that led here by `try_files`
 * @returns undefined: neither a pool nor an answer, for instance files
 */
export function targetOf(
  location: Location,
  context: Context,
  from: readonly Location[] = [],
): Target | undefined {
  const { ledger } = context;
  const own = location.scope[0] ?? [];
  const pass = own.find(({ name }) => name === 'proxy_pass');
  if (pass !== undefined) return passed(pass, location, context);
  const files = own.find(({ name }) => name === 'try_files');
  const named = context.locations.find(({ kind, path }) => kind === 'named' && path === files?.args.at(-1));
  if (files !== undefined && named !== undefined && !from.includes(named)) {
    ledger.approximated(files, `every request goes on to ${named.path}; files are not looked for`);
    ledger.taken(named.statement);
    return targetOf(named, context, [...from, named]);
  }
  const answer = own.find(({ name }) => name === 'return');
  return answer === undefined ? undefined : returned(answer, ledger);
}

/** Statuses that a fixed response can have. 444 closes the connection in nginx. */
function returned(directive: Statement, ledger: Ledger): Target | undefined {
  const [first = '', second] = directive.args;
  const status_code = /^\d+$/.test(first) ? Number(first) : 302;
  const text = /^\d+$/.test(first) ? second : first;
  if (/^https:\/\/\$(host|http_host|server_name)(:443)?\$request_uri$/.test(text ?? '')) {
    ledger.platform(directive, 'Always Use HTTPS');
    return { to: 'platform' };
  }
  if (text?.includes('$')) {
    ledger.none(directive, 'a fixed response has no variables; use a Redirect Rule');
    return undefined;
  }
  if (text !== undefined && /[^\t\x20-\x7e\x80-\uffff]/.test(text) && /^30/.test(first)) {
    ledger.none(directive, 'no header can have this value');
    return undefined;
  }
  const is_redirect = [301, 302, 303, 307, 308].includes(status_code);
  if (status_code < 200 || status_code > 599 || (is_redirect && !text)) {
    ledger.none(directive, 'no response can have this status');
    return undefined;
  }
  ledger.taken(directive, 'a fixed response');
  if (is_redirect)
    return { to: 'response', response: { status_code, location: (text ?? '').slice(0, 2_048) } };
  const has_body = text !== undefined && text !== '' && ![204, 205, 304].includes(status_code);
  return {
    to: 'response',
    response: { status_code, ...(has_body ? { message_body: text.slice(0, 65_536) } : {}) },
  };
}

function passed(pass: Statement, location: Location, context: Context): Target | undefined {
  const { ledger, maps } = context;
  const used: Statement[] = [];
  const text = resolved(pass.args[0] ?? '', location.scope, used);
  for (const each of used) ledger.taken(each);
  const cases = conditional(location, pass.args[0] ?? '', ledger);
  const variable = /^(https?:\/\/)?\$\{?(\w+)\}?$/.exec(text);
  const map = maps.get(`$${variable?.[2] ?? ''}`);
  if (variable === null || map === undefined) {
    if (text.includes('$')) {
      ledger.none(pass, 'its destination is a variable; write a rule for each destination');
      return undefined;
    }
    return { to: 'pool', url: text, directive: pass, cases };
  }
  const mapped = mapTarget(map, variable[1] ?? '', ledger, location);
  if (mapped.standard === undefined) {
    ledger.none(pass, `map ${map.args.join(' ')} has no default destination`);
    return undefined;
  }
  return { to: 'pool', url: mapped.standard, directive: pass, cases: mapped.cases };
}

/** `if (…) { set $destination …; }` before `proxy_pass $destination`, and `if (…) { proxy_pass …; }`. The last one wins in nginx. */
function conditional({ scope }: Location, destination: string, ledger: Ledger): Case[] {
  const cases = (scope[0] ?? []).flatMap((each): Case[] => {
    if (each.name !== 'if') return [];
    const inner = (each.block ?? []).find(
      ({ name, args }) => name === 'proxy_pass' || (name === 'set' && args[0] === destination),
    );
    const url = resolved(inner?.args.at(-1) ?? '', scope);
    if (inner === undefined || url.includes('$')) return [];
    const condition = conditionOf(each.args);
    if (condition === undefined) {
      ledger.none(each, 'rules cannot express this condition');
      ledger.none(inner, 'its condition was not taken');
      return [];
    }
    ledger.taken(each, 'a rule');
    ledger.taken(inner);
    return [{ condition, url, directive: inner }];
  });
  return cases.reverse();
}

/** The condition of `if ($request_method = POST)`. Undefined: rules cannot express it. */
export function conditionOf(args: readonly string[]): string | undefined {
  const words = args.join(' ').replace(/^\(\s*|\s*\)$/g, '');
  const [, variable = '', operator, operand = ''] =
    /^(\S+?)(?:\s+(=|!=|!~\*|!~|~\*|~)\s*(.*))?$/s.exec(words) ?? [];
  const value = ruleValue(variable);
  if (value === undefined) return undefined;
  if (operator === undefined) return valid(`${value} ne ""`);
  if (operator === '=') return valid(`${value} eq ${quoted(operand)}`);
  if (operator === '!=') return valid(`not (${value} eq ${quoted(operand)})`);
  const test = matches(value, operand, operator.endsWith('*'));
  return valid(operator.startsWith('!') ? `not (${test})` : test);
}

/** The destinations of a `map`. Exact values come before patterns, as in nginx. */
function mapTarget(map: Statement, scheme: string, ledger: Ledger, { scope }: Location) {
  ledger.taken(map, 'rules');
  const value = ruleValue(map.args[0] ?? '');
  const exact: Case[] = [];
  const patterns: Case[] = [];
  let standard: string | undefined;
  for (const each of map.block ?? []) {
    const url = `${scheme}${resolved(each.args[0] ?? '', scope)}`;
    if (each.name === 'default') {
      standard = url;
      ledger.taken(each);
      continue;
    }
    const [, pattern, rest = ''] = /^(~\*|~)(.*)$/s.exec(each.name) ?? [];
    const text = each.name.replace(/^\\/, '');
    const test =
      value === undefined
        ? undefined
        : pattern === undefined
          ? `${value} eq ${quoted(text)}`
          : matches(value, rest, pattern === '~*');
    const condition = valid(test);
    if (
      condition === undefined ||
      url.includes('$') ||
      ['hostnames', 'volatile', 'include'].includes(each.name)
    ) {
      ledger.none(each, 'rules cannot express this case, for instance because its pattern looks ahead');
      continue;
    }
    ledger.taken(each, 'a rule');
    (pattern === undefined ? exact : patterns).push({ condition, url, directive: each });
  }
  return { standard, cases: [...exact, ...patterns] };
}
