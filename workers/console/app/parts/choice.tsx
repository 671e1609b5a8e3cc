interface Props {
  label: string;
  /** Undefined: all. */
  value: string | undefined;
  options: readonly string[];
  /** @param value the empty text: all */
  onChoose(value: string): void;
}

/** A filter by one of several values, or by none. */
export function Choice({ label, value = '', options, onChoose }: Props) {
  // A value of the URL that is no option stays visible, or the list would seem unfiltered.
  const known = value === '' || options.includes(value) ? options : [value, ...options];
  return (
    <label>
      {label}{' '}
      <select value={value} onChange={(event) => onChoose(event.currentTarget.value)}>
        <option value="">all</option>
        {known.map((one) => (
          <option key={one}>{one}</option>
        ))}
      </select>
    </label>
  );
}
