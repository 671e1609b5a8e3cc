import type { Line, Section } from './parse.ts';

/** A section with the `defaults` that it inherits. */
export class Settings {
  readonly section: Section;
  readonly #defaults: Section | undefined;

  constructor(section: Section, defaults: Section | undefined) {
    this.section = section;
    this.#defaults = defaults;
  }

  /** The last line that begins with these words, of the section or else of its defaults. */
  last(...words: string[]): Line | undefined {
    return this.#find(this.section, words) ?? (this.#defaults && this.#find(this.#defaults, words));
  }

  /** Whether an option is on. `no option NAME` switches it off. */
  option(name: string): Line | undefined {
    for (const section of [this.section, this.#defaults]) {
      if (section === undefined) continue;
      if (this.#find(section, ['no', 'option', name]) !== undefined) return undefined;
      const on = this.#find(section, ['option', name]);
      if (on !== undefined) return on;
    }
    return undefined;
  }

  /** All lines of the section that begin with these words. */
  all(...words: string[]): Line[] {
    return this.section.lines.filter((line) => begins(line, words));
  }

  get mode(): string {
    // HAProxy's default.
    return this.last('mode')?.words[1] ?? 'tcp';
  }

  #find(section: Section, words: readonly string[]): Line | undefined {
    return section.lines.filter((line) => begins(line, words)).at(-1);
  }
}

function begins({ words }: Line, start: readonly string[]): boolean {
  return start.every((word, index) => words[index] === word);
}

/** Pairs each section with its defaults: those that it names by `from`, else the last ones before it. */
export function withDefaults(sections: readonly Section[]): Settings[] {
  const named = new Map<string, Section>();
  let last: Section | undefined;
  const found: Settings[] = [];
  for (const section of sections) {
    const { words } = section.head;
    const from = words.indexOf('from');
    if (section.keyword === 'defaults') {
      named.set(section.name, section);
      last = section;
    } else found.push(new Settings(section, from > 0 ? (named.get(words[from + 1] ?? '') ?? last) : last));
  }
  return found;
}
