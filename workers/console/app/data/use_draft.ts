import { useRef, useState } from 'preact/hooks';
import type { CheckedSource, HeadInfo, Written } from '../../../../shared/contracts/history.ts';
import { edited, isLate, published, type StoredDraft } from '../lib/draft.ts';
import { ApiError, ask } from './api.ts';
import { useChecked } from './use_checked.ts';
import { useHead } from './use_head.ts';
import { useStored } from './use_stored.ts';

/** What became of the last attempt to publish. */
export interface Outcome {
  text: string;
  is_bad: boolean;
  /** Publishing with force would do it all the same. */
  can_force: boolean;
}

/** The newest configuration and a draft of the next one, which a reload, a new session and a refusal leave as it is. */
export interface Draft {
  /** Undefined: it is not known yet. */
  head: HeadInfo | undefined;
  /** Why the newest version, or what is wrong in the draft, is not known. */
  problem: string | undefined;
  /** The version that the draft began as, or the newest one. 0: there was none. */
  base: string;
  text: string;
  comment: string;
  is_changed: boolean;
  /** Somebody else published since the draft began. */
  is_late: boolean;
  checked: CheckedSource | undefined;
  outcome: Outcome | undefined;
  setText(text: string): void;
  setComment(comment: string): void;
  discard(): void;
  /** Compares the draft with the newest version from now on. */
  rebase(): void;
  publish(force: boolean): Promise<void>;
}

const NEEDS_FORCE = 1_006;

/**
 * @param newest the newest version as far as the status says
 * @param done is called when the draft became a version
 */
export function useDraft(newest: number, done: () => void): Draft {
  const { head, problem: head_problem, load, setHead } = useHead(newest);
  const [stored, setStored] = useStored<StoredDraft | undefined>(sessionStorage, 'draft', undefined);
  const [outcome, setOutcome] = useState<Outcome>();
  // Somebody writes on while the console works.
  const latest = useRef(stored);
  const keep = (next: StoredDraft | undefined) => {
    latest.current = next;
    setStored(next);
  };
  const text = stored?.text ?? head?.source ?? '';
  const is_changed = head !== undefined && text !== head.source;
  const { checked, problem } = useChecked(is_changed ? text : undefined, head?.etag);
  const publish = async (force: boolean) => {
    const sent = latest.current;
    if (head === undefined || sent === undefined) return;
    try {
      const path = `/api/config${force ? '?force=true' : ''}`;
      const comment = sent.comment ?? '';
      const body = { source: sent.text, way: 'console', ...(comment === '' ? {} : { comment }) };
      const options = { method: 'PUT', headers: { 'if-match': `"${sent.base}"` } } as const;
      const { version, notes } = await ask<Written>(path, body, options);
      const etag = String(version.version);
      const text_done = `This is version ${etag}. Gateways follow within ten seconds.`;
      setOutcome({ text: [text_done, ...notes].join(' '), is_bad: false, can_force: false });
      keep(published(latest.current, sent.text, etag));
      setHead({ ...head, source: sent.text, etag, version });
      done();
    } catch (error) {
      const { message, status, mistakes } = error instanceof ApiError ? error : new ApiError(String(error));
      setOutcome({
        text: status === 412 ? `${message}. Your text is still here.` : message,
        is_bad: true,
        can_force: mistakes.some(({ code }) => code === NEEDS_FORCE),
      });
      if (status === 412) await load();
    }
  };
  return {
    ...{ head, text, is_changed, checked, outcome, publish },
    problem: head_problem ?? problem,
    base: (is_changed ? stored?.base : head?.etag) ?? '0',
    comment: stored?.comment ?? '',
    is_late: head !== undefined && isLate(stored, head),
    setText: (next) => head !== undefined && keep(edited(latest.current, head, next)),
    setComment: (comment) => latest.current !== undefined && keep({ ...latest.current, comment }),
    discard: () => {
      keep(undefined);
      setOutcome(undefined);
    },
    rebase: () => {
      if (head !== undefined && latest.current !== undefined) keep({ ...latest.current, base: head.etag });
      setOutcome(undefined);
    },
  };
}
