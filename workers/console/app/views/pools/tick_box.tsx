/** The ids of the pools and origins that are ticked. */
export interface Ticks {
  ids: ReadonlySet<string>;
  set(id: string, on: boolean): void;
}

/** Ticks a pool or an origin for the toolbar. */
export function TickBox({ id, ticks }: { id: string; ticks: Ticks }) {
  return (
    <input
      type="checkbox"
      aria-label={`Tick ${id}`}
      checked={ticks.ids.has(id)}
      onChange={(event) => ticks.set(id, event.currentTarget.checked)}
    />
  );
}
