/** One thing that is wrong with an expression, and where. Thrown within this folder, handed out as a value. */
export class ExpressionError extends Error {
  /** In characters from 0. */
  readonly from: number;
  readonly to: number;

  constructor(message: string, from: number, to: number) {
    super(message);
    this.name = 'ExpressionError';
    this.from = from;
    this.to = to;
  }
}
