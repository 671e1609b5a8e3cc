/** Keys and indices from the top of a configuration: `['pools', 0, 'name']`. */
export type Path = readonly (string | number)[];

/** One thing to say about a configuration. An error keeps it from being used; the others do not. */
export interface Problem {
  severity: 'error' | 'warning' | 'info';
  path: Path;
  /** What was found and what is allowed, or what to do; without place and severity. */
  message: string;
}

export function error(path: Path, message: string): Problem {
  return { severity: 'error', path, message };
}

export function warning(path: Path, message: string): Problem {
  return { severity: 'warning', path, message };
}

export function info(path: Path, message: string): Problem {
  return { severity: 'info', path, message };
}

/** `pools[0].name`; empty for the whole. */
export function pathText(path: Path): string {
  return path
    .map((key) => {
      if (typeof key === 'number') return `[${key}]`;
      return /^[\w$]+$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
    })
    .join('')
    .replace(/^\./, '');
}

const MAX_SHOWN = 60;

/** A value as it stands in the file, cut if it is long. */
export function shown(value: unknown): string {
  const json = JSON.stringify(value) ?? 'nothing';
  return json.length > MAX_SHOWN ? `${json.slice(0, MAX_SHOWN)}…` : json;
}
