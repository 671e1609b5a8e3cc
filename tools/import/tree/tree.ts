import type { Directive } from '../report/directive.ts';
import type { Ledger } from '../report/ledger.ts';

/** Keys and indices from the top. */
export type TreePath = readonly (string | number)[];

/** A value of a structured file that is no list and no object, or an empty one. It is a directive in the report. */
export interface Leaf extends Directive {
  readonly path: TreePath;
}

/** A structured file: what it holds, and the line of each value. */
export interface Tree {
  readonly data: unknown;
  /** In the order of the file. */
  readonly leaves: readonly Leaf[];
}

/** Values of a file with aliases are as many as the aliases make of them. */
export const MAX_LEAVES = 200_000;

/**
 * Finds the leaves of a value.
 * @param lineOf returns the line of a path
 */
export function leavesOf(file: string, data: unknown, lineOf: (path: TreePath) => number): Leaf[] {
  const leaves: Leaf[] = [];
  const walk = (value: unknown, path: TreePath): void => {
    const parts = partsOf(value);
    if (parts.length > 0) for (const [key, part] of parts) walk(part, [...path, key]);
    else if (path.length > 0)
      leaves.push({
        file,
        line: lineOf(path),
        path,
        text: `${pathText(path)}: ${JSON.stringify(value) ?? ''}`,
      });
  };
  walk(data, []);
  return leaves;
}

function partsOf(value: unknown): [string | number, unknown][] {
  if (Array.isArray(value)) return value.map((part, index) => [index, part]);
  return isFields(value) ? Object.entries(value) : [];
}

function pathText(path: TreePath): string {
  return path
    .map((key) => (typeof key === 'number' ? `[${key}]` : `.${key}`))
    .join('')
    .slice(1);
}

export type Fields = Readonly<Record<string, unknown>>;

/** Whether a value is an object with fields. Dates are not. */
export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

/** A place in a file: its value, and the fate of what is below it. Reading never fails; what is absent is empty. */
export class Place {
  readonly path: TreePath;
  readonly value: unknown;
  readonly #tree: Tree;
  readonly #ledger: Ledger;

  private constructor(tree: Tree, ledger: Ledger, path: TreePath, value: unknown) {
    this.#tree = tree;
    this.#ledger = ledger;
    this.path = path;
    this.value = value;
  }

  /** The whole file. */
  static root(tree: Tree, ledger: Ledger): Place {
    return new Place(tree, ledger, [], tree.data);
  }

  /** A field, several levels down. */
  at(...keys: (string | number)[]): Place {
    let value = this.value;
    for (const key of keys) {
      const holds = typeof value === 'object' && value !== null && Object.hasOwn(value, key);
      value = holds ? (value as Record<string | number, unknown>)[key] : undefined;
    }
    return new Place(this.#tree, this.#ledger, [...this.path, ...keys], value);
  }

  /** Items of a list, or fields of an object. */
  parts(): Place[] {
    return partsOf(this.value).map(
      ([key, value]) => new Place(this.#tree, this.#ledger, [...this.path, key], value),
    );
  }

  /** The last key. */
  get key(): string {
    return String(this.path.at(-1) ?? '');
  }

  get exists(): boolean {
    return this.value !== undefined;
  }

  /** A string, or a number as text. */
  get text(): string | undefined {
    return typeof this.value === 'string' || typeof this.value === 'number' ? String(this.value) : undefined;
  }

  get number(): number | undefined {
    const number = typeof this.value === 'string' && this.value !== '' ? Number(this.value) : this.value;
    return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
  }

  /** `file:line`, of the first value in it. */
  get place(): string {
    const [first] = this.leaves();
    return first === undefined ? '' : `${first.file}:${first.line}`;
  }

  /** What is written here and below. */
  leaves(): Leaf[] {
    return this.#tree.leaves.filter(({ path }) => this.path.every((key, index) => path[index] === key));
  }

  taken(note = ''): void {
    for (const leaf of this.leaves()) this.#ledger.taken(leaf, note);
  }

  approximated(how: string): void {
    for (const leaf of this.leaves()) this.#ledger.approximated(leaf, how);
  }

  platform(note = ''): void {
    for (const leaf of this.leaves()) this.#ledger.platform(leaf, note);
  }

  none(why = ''): void {
    for (const leaf of this.leaves()) this.#ledger.none(leaf, why);
  }

  /** What is below without a fate. */
  rest(): Place[] {
    return this.leaves()
      .filter((leaf) => !this.#ledger.has(leaf))
      .map(({ path }) => Place.root(this.#tree, this.#ledger).at(...path));
  }
}
