import { useEffect, useRef, useState } from 'preact/hooks';
import { useDraft } from '../../data/use_draft.ts';
import type { TextEditor } from '../../editor/create_editor.ts';
import { Editor } from '../../editor/editor.tsx';
import { Asking } from '../../parts/asking.tsx';
import { Differences } from './differences.tsx';
import { ProblemList } from './problem_list.tsx';

interface Props {
  /** The newest version as far as the status says. */
  newest: number;
  refresh(): void;
}

/** The configuration as a file: written with completion and its mistakes in place, compared, then published. */
export function DraftEditor({ newest, refresh }: Props) {
  const draft = useDraft(newest, refresh);
  const [reviewing, setReviewing] = useState(false);
  const editor = useRef<TextEditor>(undefined);
  const { head, text, checked, outcome, is_changed } = draft;
  const problems = checked?.problems ?? [];
  const errors = problems.filter(({ severity, forceable }) => severity === 'error' && !forceable);
  const publish = async (force: boolean) => {
    setReviewing(false);
    await draft.publish(force);
  };
  // Without a draft, the editor follows what others publish.
  useEffect(() => {
    if (head !== undefined && !is_changed) editor.current?.setText(head.source);
  }, [head]);
  if (head === undefined) return <p class="soft">{draft.problem ?? 'Loading the configuration …'}</p>;
  const version = head.version?.version ?? 0;
  return (
    <section aria-label="Draft">
      <h2>{is_changed ? `A draft that began as version ${draft.base}` : `Version ${version}, as written`}</h2>
      <Editor
        label="Configuration"
        load={() => import('../../editor/config_editor.ts').then((one) => one.configEditor)}
        text={text}
        problems={problems}
        onChange={draft.setText}
        onReady={(made) => {
          editor.current = made;
        }}
      />
      <ProblemList problems={problems} onGo={(place) => editor.current?.goTo(place)} />
      <div role="status">
        {outcome !== undefined && (
          <p class={`notice ${outcome.is_bad ? 'bad' : 'good'}`}>
            {outcome.text}{' '}
            {outcome.can_force && (
              <button type="button" onClick={() => void publish(true)}>
                Publish all the same
              </button>
            )}
          </p>
        )}
        {draft.is_late && (
          <p class="notice">
            Version {version} was published since this draft began as version {draft.base}.{' '}
            <button type="button" onClick={draft.rebase}>
              Compare with the newest version
            </button>
          </p>
        )}
        {draft.problem !== undefined && <p class="notice bad">{draft.problem}</p>}
      </div>
      <div class="bar">
        <button
          type="button"
          class="main"
          disabled={!is_changed || checked === undefined || errors.length > 0}
          onClick={() => setReviewing(true)}
        >
          Review the change
        </button>
        <button
          type="button"
          disabled={!is_changed}
          onClick={() => {
            draft.discard();
            editor.current?.setText(head.source);
          }}
        >
          Discard the draft
        </button>
        <span class="soft">
          {!is_changed
            ? 'Ctrl-Space completes.'
            : checked === undefined
              ? draft.problem === undefined
                ? 'Checking …'
                : 'Not checked.'
              : `${errors.length} errors, ${problems.length - errors.length} warnings and notes`}
        </span>
      </div>
      {reviewing && checked?.differences && (
        <Asking label="Review">
          <Differences
            caption={`What changes against version ${version}`}
            differences={checked.differences}
          />
          <label>
            Comment{' '}
            <input
              maxLength={200}
              placeholder="why"
              value={draft.comment}
              onInput={(event) => draft.setComment(event.currentTarget.value)}
            />
          </label>
          <div class="bar">
            <button type="button" class="main" onClick={() => void publish(false)}>
              Publish
            </button>
            <button type="button" onClick={() => setReviewing(false)}>
              Back
            </button>
          </div>
        </Asking>
      )}
    </section>
  );
}
