import { useEffect, useState } from 'preact/hooks';

/** What is known of something that is asked for again and again. */
export interface Polled<T> {
  /** The last good answer. Undefined: there was none yet. */
  value: T | undefined;
  /** Why the last question failed. Undefined: it did not. */
  error: string | undefined;
  /** Asks now. */
  refresh(): void;
}

/**
 * Asks every few seconds while the page is visible, and when `key` changes. The next question waits for the last answer.
 * @param key says what is asked for. An answer to another key is dropped
 */
export function usePoll<T>(key: string, load: () => Promise<T>, every_ms: number): Polled<T> {
  const [state, setState] = useState<{ key: string; value?: T; error?: string }>({ key });
  const [asked, setAsked] = useState(0);
  // `asked` is not read, but asks again. `load` is a new function each time, and `key` says what it asks for.
  useEffect(() => {
    let ended = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const next = async () => {
      if (!document.hidden)
        await load().then(
          (value) => ended || setState({ key, value }),
          (error: Error) => ended || setState((before) => ({ ...before, key, error: error.message })),
        );
      if (!ended) timer = setTimeout(next, every_ms);
    };
    void next();
    return () => {
      ended = true;
      clearTimeout(timer);
    };
  }, [key, every_ms, asked]);
  const current = state.key === key;
  return {
    value: current ? state.value : undefined,
    error: current ? state.error : undefined,
    refresh: () => setAsked((count) => count + 1),
  };
}
