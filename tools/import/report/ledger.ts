import type { Directive, Entry, Fate } from './directive.ts';

/** From the best to the worst. A directive that has two fates, such as one that two locations inherit, has the worse one. */
const ORDER: readonly Fate[] = ['platform', 'taken', 'approximated', 'none'];

interface Record {
  fate: Fate;
  notes: Set<string>;
}

/** Keeps what became of each directive, so that none is left out of the report. */
export class Ledger {
  readonly #records = new Map<Directive, Record | undefined>();

  /** @param directives all of the source, in its order */
  constructor(directives: Iterable<Directive>) {
    for (const directive of directives) this.#records.set(directive, undefined);
  }

  taken(directive: Directive | undefined, note = ''): void {
    this.#write(directive, 'taken', note);
  }

  /** @param how the configuration differs from the source */
  approximated(directive: Directive | undefined, how: string): void {
    this.#write(directive, 'approximated', how);
  }

  platform(directive: Directive | undefined, note = ''): void {
    this.#write(directive, 'platform', note);
  }

  none(directive: Directive | undefined, why = ''): void {
    this.#write(directive, 'none', why);
  }

  /** Whether the fate of a directive is known already. */
  has(directive: Directive): boolean {
    return this.#records.get(directive) !== undefined;
  }

  /** Every directive of the source with its fate, in the order of the source. */
  entries(): Entry[] {
    return [...this.#records].map(([{ file, line, text }, record]) => ({
      file,
      line,
      text,
      fate: record?.fate ?? 'none',
      note: record === undefined ? 'this importer does not know it' : [...record.notes].join('; '),
    }));
  }

  #write(directive: Directive | undefined, fate: Fate, note: string): void {
    if (directive === undefined || !this.#records.has(directive)) return;
    const record = this.#records.get(directive);
    const notes = new Set(note === '' ? [] : [note]);
    const rank = record === undefined ? -1 : ORDER.indexOf(record.fate);
    if (ORDER.indexOf(fate) > rank) this.#records.set(directive, { fate, notes });
    else if (ORDER.indexOf(fate) === rank) for (const each of notes) record?.notes.add(each);
  }
}
