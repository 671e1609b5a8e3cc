import type { Change } from '../data/use_change.ts';

/** What became of the last change, with a button that takes it back. */
export function ChangeNotice({ change: { said } }: { change: Change }) {
  return (
    <div role="status">
      {said !== undefined && (
        <p class={`notice ${said.is_bad ? 'bad' : 'good'}`}>
          {said.text}{' '}
          {said.undo !== undefined && (
            <button type="button" onClick={() => void said.undo?.()}>
              Undo
            </button>
          )}
        </p>
      )}
    </div>
  );
}
