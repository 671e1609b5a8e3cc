import { useEffect, useState } from 'preact/hooks';
import type { CheckedSource } from '../../../../shared/contracts/history.ts';
import { ApiError, ask } from './api.ts';

const CHECK_MS = 600;
const AGAIN_MS = 3_000;

/** What is wrong in a text and what it would change. */
export interface Checked {
  /** Undefined: it is not known yet. */
  checked: CheckedSource | undefined;
  /** Why the last question failed. If the console did not answer, it is asked again. Undefined: it did not fail. */
  problem: string | undefined;
}

/**
 * Asks the console about a text, when nobody has changed it for a moment.
 * @param text undefined: there is nothing to check
 * @param head_etag of the version that it is compared with
 */
export function useChecked(text: string | undefined, head_etag: string | undefined): Checked {
  const [checked, setChecked] = useState<CheckedSource>();
  const [problem, setProblem] = useState<string>();
  useEffect(() => {
    setChecked(undefined);
    setProblem(undefined);
    if (text === undefined) return;
    let ended = false;
    const check = () =>
      ask<CheckedSource>('/api/config/check', { source: text }).then(
        (answer) => {
          if (ended) return;
          setChecked(answer);
          setProblem(undefined);
        },
        (error: unknown) => {
          if (ended) return;
          const { message, status } = error instanceof ApiError ? error : new ApiError(String(error));
          setProblem(message);
          if (status === 0 || status >= 500) timer = setTimeout(() => void check(), AGAIN_MS);
        },
      );
    let timer = setTimeout(() => void check(), CHECK_MS);
    return () => {
      ended = true;
      clearTimeout(timer);
    };
  }, [text, head_etag]);
  return { checked, problem };
}
