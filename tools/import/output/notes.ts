/** The comments of a configuration: before an object, or before a field of it. */
export class Notes {
  readonly #by_object = new WeakMap<object, Map<string, string[]>>();

  /** @param field empty: the comment is about the object itself */
  add(object: object, text: string, field = ''): void {
    const fields = this.#by_object.get(object) ?? new Map<string, string[]>();
    this.#by_object.set(object, fields);
    const notes = fields.get(field) ?? [];
    if (!notes.includes(text)) notes.push(text);
    fields.set(field, notes);
  }

  of(object: object, field = ''): readonly string[] {
    return this.#by_object.get(object)?.get(field) ?? [];
  }

  /** Whether anything in a value has a comment. */
  within(value: unknown): boolean {
    if (typeof value !== 'object' || value === null) return false;
    const fields = [...(this.#by_object.get(value)?.keys() ?? [])];
    return (
      fields.some((field) => field !== '') ||
      Object.values(value).some((part) => this.#has(part) || this.within(part))
    );
  }

  #has(value: unknown): boolean {
    return typeof value === 'object' && value !== null && this.#by_object.has(value);
  }
}
