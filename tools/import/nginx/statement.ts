import { CliError } from '../../project/cli_error.ts';
import type { Directive } from '../report/directive.ts';
import { type Token, tokens } from './tokens.ts';

/** A directive of nginx. */
export interface Statement extends Directive {
  readonly name: string;
  readonly args: readonly string[];
  /** The parameters of a `server` in an `upstream`: `weight=3`. Each is a directive in the report. */
  readonly parameters: readonly Parameter[];
  /** Absent: it has no block. */
  readonly block?: Statement[];
}

export interface Parameter extends Directive {
  /** `weight` of `weight=3` */
  readonly key: string;
  /** `3`; empty without `=` */
  readonly value: string;
}

/** More than any configuration has, and few enough to walk through. */
const MAX_LEVELS = 100;

/**
 * Parses an nginx file.
 * @throws CliError if its braces and semicolons do not fit together
 */
export function parseNginx(file: string, text: string): Statement[] {
  const root: Statement[] = [];
  const open: { block: Statement[]; name: string; line: number }[] = [{ block: root, name: '', line: 0 }];
  const stream = tokens(file, text);
  let words: Token[] = [];
  let jump: number | undefined;
  for (;;) {
    const { value: token, done } = stream.next(jump);
    jump = undefined;
    if (done || token === undefined) break;
    const inside = open.at(-1);
    if (inside === undefined) break;
    if (token.kind === 'word') words.push(token);
    else if (token.kind === '}') {
      if (words.length > 0) throw wrong(file, words[0], `${words[0]?.text} does not end with ";"`);
      if (open.length === 1) throw wrong(file, token, 'this "}" closes nothing; remove it');
      open.pop();
    } else {
      const [first] = words;
      if (first === undefined) throw wrong(file, token, `"${token.text}" follows no directive; remove it`);
      const is_block = token.kind === '{';
      const made = statement(file, words, inside.name, is_block);
      inside.block.push(made);
      words = [];
      if (is_block && /_by_lua_block$/.test(made.name)) jump = endOfBlock(text, token.end);
      else if (open.length > MAX_LEVELS) throw wrong(file, first, 'this block is in too many blocks');
      else if (made.block !== undefined) open.push({ block: made.block, name: made.name, line: made.line });
    }
  }
  const left = open.at(-1);
  if (words.length > 0) throw wrong(file, words[0], `${words[0]?.text} does not end with ";"`);
  if (left !== undefined && open.length > 1)
    throw wrong(file, left, `the block ${left.name} is not closed; add a "}"`);
  return root;
}

function wrong(file: string, at: { line: number } | undefined, what: string): CliError {
  return new CliError(`${file}:${at?.line ?? 1}: ${what}; \`nginx -t\` finds such mistakes`);
}

function statement(file: string, words: readonly Token[], inside: string, is_block: boolean): Statement {
  const [first, ...others] = words;
  const name = first?.text ?? '';
  const line = first?.line ?? 1;
  const args = others.map(({ text }) => text);
  const is_server = name === 'server' && inside === 'upstream';
  return {
    file,
    line,
    name,
    args: is_server ? args.slice(0, 1) : args,
    text: [name, ...(is_server ? args.slice(0, 1) : args)].join(' '),
    parameters: is_server ? others.slice(1).map((word) => parameter(file, word, args[0] ?? '')) : [],
    ...(is_block ? { block: [] } : {}),
  };
}

function parameter(file: string, { text, line }: Token, server: string): Parameter {
  const [key = '', ...value] = text.split('=');
  return { file, line, text: `${text} (server ${server})`, key, value: value.join('=') };
}

/** The offset after the brace that closes a block of Lua. */
function endOfBlock(text: string, from: number): number {
  let depth = 1;
  for (let at = from; at < text.length; at++) {
    if (text[at] === '{') depth++;
    else if (text[at] === '}' && --depth === 0) return at + 1;
  }
  return text.length;
}

/** All statements of a block and of the blocks in it, with their parameters, in the order of the file. */
export function* everyDirective(block: readonly Statement[]): Generator<Directive> {
  for (const each of block) {
    yield each;
    yield* each.parameters;
    yield* everyDirective(each.block ?? []);
  }
}
