import {
  autocompletion,
  type CompletionSource,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
} from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands';
import { bracketMatching, indentOnInput } from '@codemirror/language';
import { type Diagnostic, lintGutter, lintKeymap, setDiagnostics } from '@codemirror/lint';
import { highlightSelectionMatches, search, searchKeymap } from '@codemirror/search';
import { EditorState, type Extension } from '@codemirror/state';
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  keymap,
  lineNumbers,
} from '@codemirror/view';
import { THEME } from './theme.ts';

/** A mistake in a text, at a place that counts from 1. */
export interface TextProblem {
  severity: 'error' | 'warning' | 'info';
  line: number;
  column: number;
  message: string;
}

export interface EditorOptions {
  parent: HTMLElement;
  text: string;
  /** Its name for people who do not see it. */
  label: string;
  language: Extension;
  complete: CompletionSource;
  read_only: boolean;
  /** Of the page's policy: without it the browser refuses the editor's styles. */
  nonce: string;
  onChange(text: string): void;
  /** Ctrl-Enter or Cmd-Enter. */
  onRun?(): void;
}

/** An editor in the page. */
export interface TextEditor {
  text(): string;
  setText(text: string): void;
  setProblems(problems: readonly TextProblem[]): void;
  /** Moves the cursor there and into sight. */
  goTo(place: { line: number; column: number }): void;
  destroy(): void;
}

/** Makes an editor. Tab indents; Escape and then Tab leaves it. */
export function createEditor(options: EditorOptions): TextEditor {
  const view = new EditorView({
    parent: options.parent,
    state: EditorState.create({ doc: options.text, extensions: extensionsOf(options) }),
  });
  const text = () => view.state.doc.toString();
  return {
    text,
    setText: (next) => {
      if (next !== text()) view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: next } });
    },
    setProblems: (problems) =>
      view.dispatch(
        setDiagnostics(
          view.state,
          problems.map((problem) => diagnosticOf(view.state, problem)),
        ),
      ),
    goTo: (place) => {
      const anchor = offsetOf(view.state, place);
      view.dispatch({ selection: { anchor }, effects: EditorView.scrollIntoView(anchor, { y: 'center' }) });
      view.focus();
    },
    destroy: () => view.destroy(),
  };
}

function extensionsOf({
  label,
  language,
  complete,
  read_only,
  nonce,
  onChange,
  onRun,
}: EditorOptions): Extension {
  return [
    EditorView.cspNonce.of(nonce),
    onRun === undefined ? [] : keymap.of([{ key: 'Mod-Enter', preventDefault: true, run: always(onRun) }]),
    [lineNumbers(), highlightActiveLine(), highlightActiveLineGutter(), drawSelection()],
    [history(), indentOnInput(), bracketMatching(), closeBrackets()],
    [search({ top: true }), highlightSelectionMatches(), lintGutter()],
    autocompletion({ override: [complete] }),
    keymap.of([
      ...[...closeBracketsKeymap, ...defaultKeymap, ...searchKeymap],
      ...[...historyKeymap, ...completionKeymap, ...lintKeymap, indentWithTab],
    ]),
    language,
    THEME,
    EditorView.lineWrapping,
    EditorView.contentAttributes.of({
      ...{ 'aria-label': label, spellcheck: 'false', autocapitalize: 'off' },
      // It is focusable without, and tools that check pages do not know that.
      tabindex: '0',
    }),
    EditorState.readOnly.of(read_only),
    typeOver,
    EditorView.updateListener.of((update) => {
      if (update.docChanged) onChange(update.state.doc.toString());
    }),
  ];
}

/**
 * Types over a selection. If the browser does it, it keeps the colour of the old text by a style of its own, which the page's policy
 * refuses and reports. Brackets and quotes are left to `closeBrackets`, which puts them around the selection.
 */
const typeOver = EditorView.domEventHandlers({
  beforeinput: ({ inputType, data }, view) => {
    const { state, composing } = view;
    if (inputType !== 'insertText' || data === null || /^[[({"']$/.test(data)) return false;
    if (composing || state.readOnly || state.selection.main.empty) return false;
    view.dispatch(state.replaceSelection(data), { userEvent: 'input.type', scrollIntoView: true });
    return true;
  },
});

/** A command that handles its key. */
function always(run: () => void): () => true {
  return () => {
    run();
    return true;
  };
}

/** A problem marks the word at its place. */
function diagnosticOf(state: EditorState, problem: TextProblem): Diagnostic {
  const from = offsetOf(state, problem);
  const word = state.wordAt(from) ?? state.wordAt(Math.min(from + 1, state.doc.length));
  return { from, to: word?.to ?? from, severity: problem.severity, message: problem.message };
}

/** A place that the text no longer has becomes its nearest one. */
function offsetOf(state: EditorState, { line, column }: { line: number; column: number }): number {
  const { from, to } = state.doc.line(Math.min(Math.max(line, 1), state.doc.lines));
  return Math.min(from + Math.max(column, 1) - 1, to);
}
