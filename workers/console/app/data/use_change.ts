import { useState } from 'preact/hooks';
import type { OperatorChange, Written } from '../../../../shared/contracts/history.ts';
import { ask } from '../data/api.ts';

/** What became of the last change. */
export interface Said {
  text: string;
  is_bad: boolean;
  /** The changes that take it back. Empty: there is nothing to take back. */
  undo: readonly OperatorChange[];
}

/** Changes of states, weights and policies, with the way back. */
export interface Change {
  /** Undefined: nothing was changed yet. */
  said: Said | undefined;
  /** @returns whether it was done */
  send(changes: readonly OperatorChange[], text: string, undo: readonly OperatorChange[]): Promise<boolean>;
  /** Takes the last change back. */
  undo(): Promise<boolean>;
}

/** @param done is called after a change */
export function useChange(done: () => void): Change {
  const [said, setSaid] = useState<Said>();
  const send: Change['send'] = async (changes, text, undo) => {
    try {
      const { version, changed } = await ask<Written>('/api/states', { changes, way: 'console' });
      const follows = changed
        ? `This is version ${version.version}. Gateways follow within ten seconds.`
        : 'It was like that already.';
      setSaid({ text: `${text}. ${follows}`, is_bad: false, undo: changed ? undo : [] });
      done();
      return true;
    } catch (error) {
      setSaid({ text: (error as Error).message, is_bad: true, undo: [] });
      return false;
    }
  };
  return { said, send, undo: () => send(said?.undo ?? [], 'Undone', []) };
}
