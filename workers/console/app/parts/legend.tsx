import { colourOf } from '../lib/colours.ts';

/** The names of a chart's series, each with its colour. */
export function Legend({ names }: { names: readonly string[] }) {
  return (
    <ul class="legend">
      {names.map((name, index) => (
        <li key={name}>
          <svg width="10" height="10" aria-hidden="true">
            <rect width="10" height="10" fill={colourOf(index)} />
          </svg>{' '}
          {name}
        </li>
      ))}
    </ul>
  );
}
