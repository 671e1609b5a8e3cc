import { useEffect, useState } from 'preact/hooks';
import type { HeadInfo } from '../../../../shared/contracts/history.ts';
import { ask } from './api.ts';

/** The newest configuration as written. */
export interface Head {
  /** Undefined: it is not known yet. */
  head: HeadInfo | undefined;
  /** Why the last question failed. It is asked again. Undefined: it did not. */
  problem: string | undefined;
  /** Asks now. */
  load(): Promise<void>;
  setHead(head: HeadInfo): void;
}

const AGAIN_MS = 3_000;

/** @param newest the newest version as far as the status says. When it changes, the configuration is loaded again */
export function useHead(newest: number): Head {
  const [head, setHead] = useState<HeadInfo>();
  const [problem, setProblem] = useState<string>();
  const [failures, setFailures] = useState(0);
  const load = () =>
    ask<HeadInfo>('/api/config').then(
      (found) => {
        setHead(found);
        setProblem(undefined);
      },
      (error: Error) => {
        setProblem(error.message);
        setFailures((count) => count + 1);
      },
    );
  useEffect(() => {
    if (head?.etag === String(newest)) return;
    const timer = setTimeout(() => void load(), problem === undefined ? 0 : AGAIN_MS);
    return () => clearTimeout(timer);
    // `failures` is not read, but asks again.
  }, [newest, failures]);
  return { head, problem, load, setHead };
}
