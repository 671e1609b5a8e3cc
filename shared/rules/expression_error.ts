/** A mistake in an expression. This folder throws it, and returns it as a value. */
export class ExpressionError extends Error {
  /** Offsets in characters from 0. */
  readonly from: number;
  readonly to: number;

  constructor(message: string, from: number, to: number) {
    super(message);
    this.name = 'ExpressionError';
    this.from = from;
    this.to = to;
  }
}
