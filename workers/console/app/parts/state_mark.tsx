/** Each state has a word and a shape, because not everybody sees colours. */
const SHAPES: Readonly<Record<string, string>> = {
  up: '●',
  healthy: '●',
  ready: '●',
  degraded: '◐',
  drain: '◐',
  unknown: '○',
  disabled: '○',
  maintenance: '■',
  down: '▲',
  critical: '▲',
  ejected: '▲',
};

/** A state as a shape and a word. */
export function StateMark({ state }: { state: string }) {
  return (
    <span class={`state ${state}`}>
      <span aria-hidden="true">{SHAPES[state] ?? '○'}</span> {state}
    </span>
  );
}
