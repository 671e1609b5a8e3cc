/** Keys and indices from the top of a configuration: `['pools', 0, 'name']`. */
export type Path = readonly (string | number)[];

/** A problem of a configuration. Only an error prevents its use. */
export interface Problem {
  severity: 'error' | 'warning' | 'info';
  path: Path;
  /** What is wrong, and what to do. Without path and severity. */
  message: string;
  /** An error about what would happen, in a configuration that is valid. `parseConfig(…, { force: true })` makes it a warning. */
  forceable?: true;
}

export function error(path: Path, message: string): Problem {
  return { severity: 'error', path, message };
}

/** An {@link error} that `force` overrides. */
export function forceableError(path: Path, message: string): Problem {
  return { ...error(path, message), forceable: true };
}

export function warning(path: Path, message: string): Problem {
  return { severity: 'warning', path, message };
}

export function info(path: Path, message: string): Problem {
  return { severity: 'info', path, message };
}

/** `pools[0].name`. Empty for the whole configuration. */
export function pathText(path: Path): string {
  return path
    .map((key) => {
      if (typeof key === 'number') return `[${key}]`;
      return /^[\w$]+$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
    })
    .join('')
    .replace(/^\./, '');
}

/**
 * Names another place beside `path`: `origins[0].name` if both are in the same object of a list, else the whole path. An object that
 * is checked by itself, as the API does, has another index there than in the file.
 */
export function otherPlace(path: Path, other: Path): string {
  const [list, index, ...rest] = other;
  const is_same = rest.length > 0 && list === path[0] && index === path[1];
  return pathText(is_same ? rest : other);
}

/** A problem with its path: `pools[0].name: got 5; allowed: …`. */
export function problemText({ path, message }: Pick<Problem, 'path' | 'message'>): string {
  return path.length === 0 ? message : `${pathText(path)}: ${message}`;
}

const MAX_SHOWN = 60;

/** A value as in the file, shortened if it is long. */
export function shown(value: unknown): string {
  const json = JSON.stringify(value) ?? 'nothing';
  return json.length > MAX_SHOWN ? `${json.slice(0, MAX_SHOWN)}…` : json;
}
