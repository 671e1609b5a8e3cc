import { useEffect, useRef, useState } from 'preact/hooks';
import type { EditorOptions, TextEditor, TextProblem } from './create_editor.ts';

/** What an editor of one kind brings: a chunk that is loaded when the first one is shown. */
export type LoadEditor = () => Promise<(options: Omit<EditorOptions, 'language' | 'complete'>) => TextEditor>;

interface Props {
  label: string;
  load: LoadEditor;
  /** The text at the start. */
  text: string;
  read_only?: boolean;
  problems?: readonly TextProblem[];
  onChange(text: string): void;
  onRun?(): void;
  /** Is called when the editor is there. */
  onReady?(editor: TextEditor): void;
}

const NONE: readonly TextProblem[] = [];

/** A text editor. Until it is loaded, a plain field takes its place. */
export function Editor({ label, load, text, read_only = false, problems = NONE, onReady, ...calls }: Props) {
  const place = useRef<HTMLDivElement>(null);
  const [editor, setEditor] = useState<TextEditor>();
  const [problem, setProblem] = useState<string>();
  // The editor keeps the functions of its first day, so it calls the newest ones through here.
  const newest = useRef(calls);
  newest.current = calls;
  const current = useRef(text);
  useEffect(() => {
    let made: TextEditor | undefined;
    let ended = false;
    load().then(
      (create) => {
        if (ended || place.current === null) return;
        const nonce = document.querySelector('script')?.nonce ?? '';
        made = create({
          ...{ parent: place.current, text: current.current, label, read_only, nonce },
          onChange: (next) => newest.current.onChange(next),
          onRun: () => newest.current.onRun?.(),
        });
        setEditor(made);
        onReady?.(made);
      },
      (error: Error) => setProblem(error.message),
    );
    return () => {
      ended = true;
      made?.destroy();
    };
    // Another label or kind is another editor, and its place in the page says so by a key.
  }, [read_only]);
  useEffect(() => editor?.setProblems(problems), [editor, problems]);
  return (
    <>
      {editor === undefined && (
        <textarea
          class="code"
          aria-label={label}
          rows={12}
          readOnly={read_only}
          spellcheck={false}
          defaultValue={text}
          onInput={(event) => {
            current.current = event.currentTarget.value;
            calls.onChange(event.currentTarget.value);
          }}
        />
      )}
      {problem !== undefined && (
        <p class="notice">The editor did not load, so this is a plain field: {problem}</p>
      )}
      <div ref={place} />
      <p class="soft">Tab indents. Press Escape, then Tab, to leave the editor.</p>
    </>
  );
}
