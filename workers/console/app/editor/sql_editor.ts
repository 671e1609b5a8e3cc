import type { CompletionContext, CompletionResult } from '@codemirror/autocomplete';
import { StandardSQL, sql } from '@codemirror/lang-sql';
import { createEditor, type EditorOptions, type TextEditor } from './create_editor.ts';
import { SQL_WORDS } from './sql_words.ts';

/** An editor for queries, which completes the names of docs/sql.md. */
export function sqlEditor(options: Omit<EditorOptions, 'language' | 'complete'>): TextEditor {
  return createEditor({ ...options, language: sql({ dialect: StandardSQL }), complete });
}

function complete(context: CompletionContext): CompletionResult | null {
  const word = context.matchBefore(/[\w{]+/);
  if (word === null && !context.explicit) return null;
  return { from: word?.from ?? context.pos, options: [...SQL_WORDS], validFor: /^[\w{]*$/ };
}
