import moo from 'moo';

export type TokenType = 'space' | 'comment' | 'string' | 'quoted' | 'number' | 'word' | 'operator';

export interface Token {
  type: TokenType;
  /** As written. The texts of all tokens joined are the query. */
  text: string;
  /** First character, from 0. */
  offset: number;
  /** From 1. */
  line: number;
  /** From 1, in characters. */
  column: number;
}

/** A query cannot be understood. It says at which place. */
export class SqlError extends Error {
  readonly line: number;
  readonly column: number;
  /** From 0. */
  readonly offset: number;
  /** The message without the place. */
  readonly problem: string;

  constructor(message: string, at: { line: number; column: number; offset: number }) {
    super(`line ${at.line}, column ${at.column}: ${message}`);
    this.name = 'SqlError';
    this.line = at.line;
    this.column = at.column;
    this.offset = at.offset;
    this.problem = message;
  }
}

// ClickHouse's lexer (https://clickhouse.com/docs/sql-reference/syntax). The order matters: comments come before the operators
// that begin like one.
const lexer = moo.compile({
  space: { match: /\s+/, lineBreaks: true },
  comment: { match: /(?:--|#)[^\n]*|\/\*[\s\S]*?\*\//, lineBreaks: true },
  open_comment: '/*',
  string: { match: /'(?:[^'\\]|\\[\s\S]|'')*'/, lineBreaks: true },
  quoted: { match: /"(?:[^"\\]|\\[\s\S]|"")*"|`(?:[^`\\]|\\[\s\S]|``)*`/, lineBreaks: true },
  number: /0[xX][0-9a-fA-F]+|(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?/,
  word: /[A-Za-z_][A-Za-z0-9_$]*/,
  operator: /<=|>=|<>|!=|==|\|\||::|->|[-+*/%=<>?:,.;()[\]{}]/,
  bad: moo.error,
});

/**
 * Splits SQL into tokens. Nothing is dropped.
 * @throws SqlError at a string, quoted name or comment that is not closed, or a character that SQL does not have
 */
export function tokenize(sql: string): Token[] {
  const tokens: Token[] = [];
  for (const { type, text, offset, line, col } of lexer.reset(sql)) {
    if (type === 'bad' || type === 'open_comment')
      throw new SqlError(describe(text), { line, column: col, offset });
    tokens.push({ type: type as TokenType, text, offset, line, column: col });
  }
  return tokens;
}

/** All tokens but space and comments. */
export function significant(tokens: readonly Token[]): Token[] {
  return tokens.filter(({ type }) => type !== 'space' && type !== 'comment');
}

/** A name as the engine reads it, without quotes. Undefined: the token is not a name. */
export function nameOf(token: Token | undefined): string | undefined {
  if (token?.type === 'word') return token.text;
  if (token?.type !== 'quoted') return undefined;
  return token.text.slice(1, -1).replace(/\\([\s\S])|""|``/g, (match, escaped) => escaped ?? match[0]);
}

/** Whether the token is this keyword or operator; keywords in any case. */
export function is(token: Token | undefined, ...texts: string[]): boolean {
  if (token?.type !== 'word' && token?.type !== 'operator') return false;
  return texts.includes(token.text.toUpperCase());
}

function describe(rest: string): string {
  if (rest.startsWith('/*')) return 'the comment is not closed';
  if (rest.startsWith("'")) return 'the string is not closed';
  if (rest.startsWith('"') || rest.startsWith('`')) return 'the quoted name is not closed';
  return `unexpected character ${JSON.stringify([...rest][0])}`;
}
