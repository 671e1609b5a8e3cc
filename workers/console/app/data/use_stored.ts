import { useState } from 'preact/hooks';

/**
 * A text or a list that survives a reload.
 * @param area `sessionStorage`: in this tab; `localStorage`: in this browser
 */
export function useStored<T>(area: Storage, name: string, standard: T): [T, (value: T) => void] {
  const key = `plimsoll ${name}`;
  const [value, setValue] = useState<T>(() => read(area, key) ?? standard);
  const keep = (next: T) => {
    setValue(next);
    try {
      area.setItem(key, JSON.stringify(next));
    } catch {
      // The storage is full or switched off. The value then lives as long as the page.
    }
  };
  return [value, keep];
}

function read<T>(area: Storage, key: string): T | undefined {
  try {
    return JSON.parse(area.getItem(key) ?? 'null') ?? undefined;
  } catch {
    return undefined;
  }
}
