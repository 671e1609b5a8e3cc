import { useState } from 'preact/hooks';
import type { OperatorChange, Written } from '../../../../shared/contracts/history.ts';
import { rollbackOf } from '../lib/rollback.ts';
import { ask } from './api.ts';

/** What became of the last change. */
export interface Said {
  text: string;
  is_bad: boolean;
  /** Takes the change back. Undefined: there is nothing to take back. */
  undo: (() => Promise<boolean>) | undefined;
}

/**
 * How a change is taken back: by other changes, or by the version before it. The version also brings back what changes cannot say, such
 * as options of a strategy, and needs the scope admin.
 */
export type WayBack = readonly OperatorChange[] | 'version before';

/** Changes of states, weights and policies, with the way back. */
export interface Change {
  /** Undefined: nothing was changed yet. */
  said: Said | undefined;
  /** @returns whether it was done */
  send(changes: readonly OperatorChange[], text: string, back: WayBack): Promise<boolean>;
}

/** @param done is called after a change */
export function useChange(done: () => void): Change {
  const [said, setSaid] = useState<Said>();
  const write = async (
    text: string,
    ask_for: () => Promise<Written>,
    undoOf: (written: Written) => Said['undo'],
  ) => {
    try {
      const written = await ask_for();
      const { version, changed, notes } = written;
      const follows = changed
        ? [`This is version ${version.version}. Gateways follow within ten seconds.`, ...notes].join(' ')
        : 'It was like that already.';
      setSaid({ text: `${text}. ${follows}`, is_bad: false, undo: changed ? undoOf(written) : undefined });
      done();
      return true;
    } catch (error) {
      setSaid({ text: (error as Error).message, is_bad: true, undo: undefined });
      return false;
    }
  };
  const nothing = () => undefined;
  const undoOf = (back: WayBack) => (written: Written) => {
    if (back !== 'version before')
      return back.length === 0 ? undefined : () => write('Undone', () => sendChanges(back), nothing);
    const rollback = rollbackOf(written.version);
    if (rollback === undefined) return undefined;
    const { body, headers } = rollback;
    return () => write('Undone', () => ask<Written>('/api/config/rollback', body, { headers }), nothing);
  };
  return { said, send: (changes, text, back) => write(text, () => sendChanges(changes), undoOf(back)) };
}

function sendChanges(changes: readonly OperatorChange[]): Promise<Written> {
  return ask<Written>('/api/states', { changes, way: 'console' });
}
