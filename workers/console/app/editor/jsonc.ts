import { indentService, StreamLanguage } from '@codemirror/language';
import type { Extension } from '@codemirror/state';

/** The JSON language of CodeMirror takes every comment for a mistake. */
const language = StreamLanguage.define<{ in_comment: boolean }>({
  name: 'jsonc',
  startState: () => ({ in_comment: false }),
  token(stream, state) {
    if (state.in_comment) {
      if (stream.skipTo('*/')) {
        stream.match('*/');
        state.in_comment = false;
      } else stream.skipToEnd();
      return 'comment';
    }
    if (stream.eatSpace()) return null;
    if (stream.match('//')) {
      stream.skipToEnd();
      return 'comment';
    }
    if (stream.match('/*')) {
      state.in_comment = true;
      return 'comment';
    }
    if (stream.match(/^"(?:[^"\\]|\\.)*"?/))
      return stream.match(/^\s*:/, false) === null ? 'string' : 'propertyName';
    if (stream.match(/^-?\d[\d.eE+-]*/)) return 'number';
    if (stream.match(/^(?:true|false|null)\b/)) return 'bool';
    stream.next();
    return 'punctuation';
  },
  languageData: {
    commentTokens: { line: '//', block: { open: '/*', close: '*/' } },
    closeBrackets: { brackets: ['{', '[', '"'] },
    indentOnInput: /^\s*[\]}]$/,
  },
});

/** A line is as deep as the one before it, and deeper after a bracket that opens. */
const depth = indentService.of((context, at) => {
  const before = at === 0 ? '' : context.lineAt(at, -1).text;
  const after = context.lineAt(at, 1).text;
  const opens = /[[{]\s*(?:\/\/.*)?$/.test(before) ? context.unit : 0;
  const closes = /^\s*[\]}]/.test(after) ? context.unit : 0;
  return Math.max(0, context.countColumn(/^\s*/.exec(before)?.[0] ?? '') + opens - closes);
});

/** JSON with comments: its colours and its indentation. */
export const JSONC: Extension = [language, depth];
