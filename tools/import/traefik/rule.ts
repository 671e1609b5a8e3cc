import { header, joined, matches, quoted, valid } from '../parts/condition.ts';
import { isServable } from '../parts/served_hosts.ts';

/** A rule of a router. */
export interface RouterRule {
  /** Hosts of which one must be requested. Undefined: the rule asks for none, or in another way. */
  hosts: string[] | undefined;
  /** The rest of the rule, or all of it without `hosts`. Empty: always true. Undefined: rules cannot express it. */
  condition: string | undefined;
}

type Node =
  | { op: '&&' | '||'; of: Node[] }
  | { op: '!'; of: Node }
  | { op: 'call'; name: string; args: string[] };

/** Reads a rule of Traefik: `Host(`a.example.com`) && PathPrefix(`/api`)`. */
export function readRule(text: string): RouterRule {
  const tree = parse(text);
  if (tree === undefined) return { hosts: undefined, condition: undefined };
  const terms = tree.op === '&&' ? tree.of : [tree];
  const asks_host = (node: Node) =>
    node.op === 'call' && node.name === 'Host' && node.args.length > 0 && node.args.every(isServable);
  const [first] = terms.filter(asks_host);
  if (first?.op !== 'call') return { hosts: undefined, condition: valid(conditionOf(tree)) };
  const others = terms.filter((term) => term !== first);
  const condition = others.length === 0 ? '' : joined(others.map(conditionOf), 'and');
  return {
    hosts: [...new Set(first.args.map((host) => host.toLowerCase()))],
    condition: condition === '' ? '' : valid(condition),
  };
}

const PATH = 'http.request.uri.path';

function conditionOf(node: Node): string | undefined {
  if (node.op === '!') {
    const inner = conditionOf(node.of);
    return inner === undefined ? undefined : `not (${inner})`;
  }
  if (node.op !== 'call') return joined(node.of.map(conditionOf), node.op === '&&' ? 'and' : 'or');
  const { name, args } = node;
  const [first = '', second = ''] = args;
  const each = (test: (value: string) => string | undefined) => joined(args.map(test), 'or');
  switch (name) {
    case 'Host':
    case 'HostHeader':
      return each((host) => `http.host eq ${quoted(host.toLowerCase())}`);
    case 'HostRegexp':
      return each((pattern) => matches('http.host', pattern.includes('{') ? braces(pattern) : pattern, true));
    case 'Path':
      return each((path) =>
        path.includes('{') ? matches(PATH, braces(path)) : `${PATH} eq ${quoted(path)}`,
      );
    case 'PathPrefix':
      return each((path) =>
        path.includes('{')
          ? matches(PATH, braces(path).replace(/\$$/, ''))
          : `starts_with(${PATH}, ${quoted(path)})`,
      );
    case 'PathRegexp':
      return each((pattern) => matches(PATH, pattern));
    case 'Method':
      return each((method) => `http.request.method eq ${quoted(method.toUpperCase())}`);
    case 'Header':
    case 'Headers':
      return args.length === 2 ? `${header(first)} eq ${quoted(second)}` : undefined;
    case 'HeaderRegexp':
    case 'HeadersRegexp':
      return args.length === 2 ? matches(header(first), second) : undefined;
    case 'Query':
      return query(args);
    case 'ClientIP':
      return args.length === 0 ? undefined : `ip.src in {${args.join(' ')}}`;
    default:
      return undefined;
  }
}

/** Version 3 has `Query(`a`, `b`)`, version 2 `Query(`a=b`)`. */
function query([first = '', second]: readonly string[]): string | undefined {
  const at = first.indexOf('=');
  const [name, value] =
    second === undefined && at !== -1 ? [first.slice(0, at), first.slice(at + 1)] : [first, second];
  const field = `http.request.uri.args[${quoted(name)}][0]`;
  return value === undefined ? `${field} ne ""` : `${field} eq ${quoted(value)}`;
}

/** The pattern of version 2: `/users/{id:[0-9]+}`. */
function braces(text: string): string {
  const parts = text.split(/(\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\})/);
  const patterns = parts.map((part) => {
    if (!part.startsWith('{')) return part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    return `(${/^\{[^:]*:(.*)\}$/s.exec(part)?.[1] ?? '[^/]+'})`;
  });
  return `^${patterns.join('')}$`;
}

const MAX_LENGTH = 4_096;
const MAX_LEVELS = 500;

/** Undefined: it is not a rule. */
function parse(text: string): Node | undefined {
  // A person writes no such rule, and the parser calls itself for each level.
  if (text.length > MAX_LENGTH || (text.match(/[(!]/g)?.length ?? 0) > MAX_LEVELS) return undefined;
  const tokens = text.match(/&&|\|\||!|[()]|,|`[^`]*`|"(?:[^"\\]|\\.)*"|[A-Za-z]\w*|\S/g) ?? [];
  let at = 0;
  const next = () => tokens[at];

  const operand = (): Node | undefined => {
    const token = tokens[at++];
    if (token === '!') {
      const inner = operand();
      return inner && { op: '!', of: inner };
    }
    if (token === '(') {
      const inner = chain('||');
      return tokens[at++] === ')' ? inner : undefined;
    }
    if (token === undefined || !/^[A-Za-z]\w*$/.test(token) || tokens[at++] !== '(') return undefined;
    const args: string[] = [];
    for (; at < tokens.length && next() !== ')'; at++) {
      const part = next() ?? '';
      if (/^[`"]/.test(part))
        args.push(part.slice(1, -1).replace(/\\(.)/g, part.startsWith('"') ? '$1' : '\\$1'));
      else if (part !== ',') return undefined;
    }
    return tokens[at++] === ')' ? { op: 'call', name: token, args } : undefined;
  };

  /** `&&` binds more tightly than `||`. */
  const chain = (op: '&&' | '||'): Node | undefined => {
    const one = () => (op === '||' ? chain('&&') : operand());
    const of: Node[] = [];
    for (;;) {
      const node = one();
      if (node === undefined) return undefined;
      of.push(node);
      if (next() !== op) break;
      at++;
    }
    const [only] = of;
    return of.length === 1 ? only : { op, of };
  };

  const whole = chain('||');
  return at === tokens.length ? whole : undefined;
}
