import { useEffect, useState } from 'preact/hooks';
import type { CheckedSource, HeadInfo, Written } from '../../../../shared/contracts/history.ts';
import { ApiError, ask } from './api.ts';
import { useStored } from './use_stored.ts';

/** A text that somebody writes, and the version that it began as. */
interface Stored {
  base: string;
  text: string;
}

/** What became of the last attempt to publish. */
export interface Outcome {
  text: string;
  is_bad: boolean;
  /** Somebody else published meanwhile: the draft can begin from that version. */
  is_late: boolean;
  /** Publishing with force would do it all the same. */
  can_force: boolean;
}

/** The newest configuration and a draft of the next one, which a reload and a refusal leave as it is. */
export interface Draft {
  /** Undefined: it is not known yet. */
  head: HeadInfo | undefined;
  problem: string | undefined;
  /** The version that the draft began as, or the newest one. 0: there was none. */
  base: string;
  text: string;
  is_changed: boolean;
  checked: CheckedSource | undefined;
  outcome: Outcome | undefined;
  setText(text: string): void;
  discard(): void;
  /** Compares the draft with the newest version from now on. */
  rebase(): void;
  publish(comment: string, force: boolean): Promise<void>;
}

const CHECK_MS = 600;
const NEEDS_FORCE = 1_006;

/** @param published is called when the draft became a version */
export function useDraft(published: () => void): Draft {
  const [head, setHead] = useState<HeadInfo>();
  const [problem, setProblem] = useState<string>();
  const [stored, setStored] = useStored<Stored | undefined>(sessionStorage, 'draft', undefined);
  const [checked, setChecked] = useState<CheckedSource>();
  const [outcome, setOutcome] = useState<Outcome>();
  const text = stored?.text ?? head?.source ?? '';
  const is_changed = head !== undefined && text !== head.source;
  const load = () => ask<HeadInfo>('/api/config').then(setHead, (error: Error) => setProblem(error.message));
  useEffect(() => void load(), []);
  useEffect(() => {
    setChecked(undefined);
    if (!is_changed) return;
    let ended = false;
    const timer = setTimeout(
      () =>
        void ask<CheckedSource>('/api/config/check', { source: text }).then(
          (answer) => ended || setChecked(answer),
          (error: Error) => ended || setProblem(error.message),
        ),
      CHECK_MS,
    );
    return () => {
      ended = true;
      clearTimeout(timer);
    };
  }, [text, is_changed, head]);
  const base = stored?.base ?? head?.etag ?? '0';
  const publish = async (comment: string, force: boolean) => {
    try {
      const path = `/api/config${force ? '?force=true' : ''}`;
      const body = { source: text, way: 'console', ...(comment === '' ? {} : { comment }) };
      const options = { method: 'PUT', headers: { 'if-match': `"${base}"` } } as const;
      const { version, notes } = await ask<Written>(path, body, options);
      const text_done = `This is version ${version.version}. Gateways follow within ten seconds.`;
      setOutcome({ text: [text_done, ...notes].join(' '), is_bad: false, is_late: false, can_force: false });
      setStored(undefined);
      published();
      await load();
    } catch (error) {
      const { message, status, mistakes } = error instanceof ApiError ? error : new ApiError(String(error));
      const can_force = mistakes.some(({ code }) => code === NEEDS_FORCE);
      setOutcome({
        text: status === 412 ? `${message}. Your text is still here.` : message,
        ...{ is_bad: true, is_late: status === 412, can_force },
      });
      if (status === 412) await load();
    }
  };
  return {
    ...{ head, problem, base, text, is_changed, checked, outcome, publish },
    setText: (next) => setStored({ base, text: next }),
    discard: () => {
      setStored(undefined);
      setOutcome(undefined);
    },
    rebase: () => {
      setStored({ base: head?.etag ?? '0', text });
      setOutcome(undefined);
    },
  };
}
