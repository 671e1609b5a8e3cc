/** A fact whose header name is malformed (RFC 9110 §5.6.2). The runtime throws when it is asked for such a header. */
const BAD_HEADER = /^header:(?![!#$%&'*+.^_`|~0-9A-Za-z-]+$)/;

/** Whether a request can be asked for a fact of that name. */
export function isFact(name: unknown): boolean {
  return typeof name === 'string' && !BAD_HEADER.test(name);
}

/** @throws TypeError if the selector's answer is `wrong`, saying `what` is */
export function refuseIf(wrong: boolean, what: string): void {
  if (wrong) throw new TypeError(`the answer of the selector ${what}`);
}
