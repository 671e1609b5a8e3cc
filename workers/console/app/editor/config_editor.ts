import type { CompletionContext, CompletionResult } from '@codemirror/autocomplete';
import schema from '../../../../plimsoll.schema.json' with { type: 'json' };
import { offersAt, type Schema } from './config_completion.ts';
import { createEditor, type EditorOptions, type TextEditor } from './create_editor.ts';
import { JSONC } from './jsonc.ts';

/** An editor for configurations, which completes fields, words and names of other objects. */
export function configEditor(options: Omit<EditorOptions, 'language' | 'complete'>): TextEditor {
  return createEditor({ ...options, language: JSONC, complete });
}

const KINDS = { property: 'property', value: 'enum', reference: 'variable' } as const;

function complete({ state, pos, explicit }: CompletionContext): CompletionResult | null {
  const text = state.doc.toString();
  const before = text.slice(0, pos);
  if (!explicit && !/["\w]$/.test(before)) return null;
  const { from, to, offers } = offersAt(text, pos, schema as Schema);
  if (offers.length === 0) return null;
  return {
    from,
    to,
    filter: true,
    options: offers.map(({ label, text: apply, kind, detail }) => ({
      ...{ label: text[from] === '"' ? `"${label}"` : label, displayLabel: label, apply, type: KINDS[kind] },
      info: detail,
    })),
  };
}
