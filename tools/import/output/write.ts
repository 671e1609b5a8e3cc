import type { ConfigFile } from '../../../shared/authoring/schema.ts';
import { label, type Style, written } from '../../../shared/authoring/source/style.ts';
import type { Notes } from './notes.ts';

const STYLE: Style = { line_break: '\n', indent: '  ', space: ' ', is_one_line: false };
const WIDTH = 116;

/** The text of a configuration file with comments. @param header comments at the top, a paragraph each */
export function configText(config: ConfigFile, notes: Notes, header: readonly string[]): string {
  const body = valueText({ $schema: './plimsoll.schema.json', ...config }, '', notes);
  return `${header.flatMap((text) => comment(text, '')).join('\n')}\n${body}\n`;
}

function valueText(value: unknown, indent: string, notes: Notes): string {
  const fields = fieldsOf(value);
  const is_object_list = Array.isArray(value) && value.some((item) => typeof item === 'object');
  if (fields.length === 0 || (!notes.within(value) && !is_object_list && indent.length > 2))
    return written(value, indent, STYLE, true);
  const inner = indent + STYLE.indent;
  const lines = fields.map(([key, part], index) => {
    const about = [...noteOf(value, key, notes), ...noteOf(part, '', notes)].flatMap((text) =>
      comment(text, inner),
    );
    const comma = index < fields.length - 1 ? ',' : '';
    const shown = Array.isArray(value) ? undefined : key;
    return [...about, `${inner}${label(shown, STYLE)}${valueText(part, inner, notes)}${comma}`].join('\n');
  });
  const [open, close] = Array.isArray(value) ? '[]' : '{}';
  return `${open}\n${lines.join('\n')}\n${indent}${close}`;
}

/** Fields that are set, or items of a list. */
function fieldsOf(value: unknown): [string, unknown][] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).filter(([, part]) => part !== undefined);
}

function noteOf(value: unknown, field: string, notes: Notes): readonly string[] {
  return typeof value === 'object' && value !== null ? notes.of(value, field) : [];
}

/** A comment in lines of a readable width. A line break in it would end the comment, so it becomes a space. */
function comment(text: string, indent: string): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/[\s\p{Cc}\u2028\u2029]+/u)) {
    if (line !== '' && indent.length + line.length + word.length > WIDTH) {
      lines.push(line);
      line = '';
    }
    line += line === '' ? word : ` ${word}`;
  }
  return [...lines, line].map((each) => `${indent}// ${each}`);
}
