import { error, type Path, type Problem, shown } from './problem.ts';

/** A file's content as a configuration. */
export interface Opened {
  data: unknown;
  problems: Problem[];
  /** Turns a path in the configuration into the path in the file. */
  place(path: Path): Path;
}

const LISTS = ['load_balancers', 'pools', 'monitors', 'monitor_groups'] as const;
type List = (typeof LISTS)[number];

/** Fields that only one kind of object has. The first match decides. */
const KINDS: readonly (readonly [List, readonly string[]])[] = [
  ['load_balancers', ['default_pools', 'fallback_pool']],
  ['pools', ['origins']],
  ['monitor_groups', ['members']],
  ['monitors', ['interval', 'timeout', 'retries', 'expected_codes', 'consecutive_down']],
];

/** The most keys and indices above an object: a list of answers, each with a list. Anything deeper is a mistake. */
const MAX_DEPTH = 3;

type Fields = Readonly<Record<string, unknown>>;

/**
 * Turns answers of Cloudflare's API into a configuration: `{ "result": … }` with one object or a list, bare objects, a list of
 * several answers, or a configuration with answers in place of its lists. Anything else stays as it is.
 */
export function openAnswers(data: unknown): Opened {
  const problems: Problem[] = [];
  if (isFields(data) && LISTS.some((list) => Object.hasOwn(data, list))) {
    const sources = new Map<string, Path[]>();
    const entries = Object.entries(data).map(([key, value]): [string, unknown] => {
      if (!isList(key) || !isAnswer(value)) return [key, value];
      const found = [...objects(value, [key], problems)];
      const paths = found.map(({ path }) => path);
      sources.set(key, paths);
      return [key, found.map((each) => each.value)];
    });
    return { data: Object.fromEntries(entries), problems, place: placeBy(sources) };
  }
  if (Array.isArray(data) && data.length === 0)
    problems.push(error([], "got []; allowed: an object, or a list of answers of Cloudflare's API"));
  const items = Array.isArray(data) && data.length > 0 ? data : [data];
  if (!items.every((item) => isAnswer(item) || kindOf(item) !== undefined))
    return { data, problems, place: (path) => path };
  const config: Record<List, unknown[]> = { load_balancers: [], pools: [], monitors: [], monitor_groups: [] };
  const sources = new Map<string, Path[]>(LISTS.map((list) => [list, []]));
  for (const { value, path } of objects(data, [], problems)) {
    const list = kindOf(value);
    const allowed = "a load balancer, pool, monitor or monitor group of Cloudflare's API";
    if (list === undefined) problems.push(error(path, `got ${shown(value)}; allowed: ${allowed}`));
    else {
      config[list].push(value);
      sources.get(list)?.push(path);
    }
  }
  return { data: config, problems, place: placeBy(sources) };
}

/** The objects in an answer or in a list of answers, or bare objects. */
function* objects(
  value: unknown,
  path: Path,
  problems: Problem[],
): Generator<{ value: unknown; path: Path }> {
  if (Array.isArray(value) && path.length < MAX_DEPTH) {
    for (const [index, item] of value.entries()) yield* objects(item, [...path, index], problems);
  } else if (isAnswer(value)) {
    const problem = broken(value);
    if (problem === undefined) yield* objects(value['result'], [...path, 'result'], problems);
    else problems.push(error(path, problem));
  } else yield { value, path };
}

/** Why an answer cannot be used. Undefined: it can. */
function broken({ success, errors, result, result_info }: Fields): string | undefined {
  if (success === false || result === null || result === undefined) {
    const [first] = Array.isArray(errors) ? errors : [];
    const { code, message } = isFields(first) ? first : {};
    const said = [code, message].filter((part) => typeof part === 'number' || typeof part === 'string');
    const why = said.length > 0 ? `: ${said.join(' ')}` : '';
    return `this answer of Cloudflare's API is an error${why}; fetch it again`;
  }
  const { count, total_count } = isFields(result_info) ? result_info : {};
  if (typeof count === 'number' && typeof total_count === 'number' && count < total_count)
    return `this answer has ${count} of ${total_count} objects; fetch the other pages and put all answers into a list`;
  return undefined;
}

function isAnswer(value: unknown): value is Fields {
  return isFields(value) && Object.hasOwn(value, 'result');
}

function kindOf(value: unknown): List | undefined {
  if (!isFields(value)) return undefined;
  return KINDS.find(([, fields]) => fields.some((field) => Object.hasOwn(value, field)))?.[0];
}

function placeBy(sources: ReadonlyMap<string, readonly Path[]>): (path: Path) => Path {
  return (path) => {
    const [list, index, ...rest] = path;
    const paths = typeof list === 'string' ? sources.get(list) : undefined;
    const source = typeof index === 'number' ? paths?.[index] : undefined;
    return source === undefined ? path : [...source, ...rest];
  };
}

function isList(key: string): key is List {
  return LISTS.some((list) => list === key);
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
