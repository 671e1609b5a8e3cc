import { useRef } from 'preact/hooks';
import SHIPPED from 'shipped-queries';
import { useStored } from '../../data/use_stored.ts';

interface Saved {
  name: string;
  sql: string;
}

interface Props {
  /** The query as it stands in the editor. */
  current(): string;
  onChoose(sql: string): void;
}

/** The queries that ship with Plimsoll, and those that somebody saved in this browser. */
export function SavedQueries({ current, onChoose }: Props) {
  const [saved, setSaved] = useStored<readonly Saved[]>(localStorage, 'queries', []);
  const name = useRef<HTMLInputElement>(null);
  const save = () => {
    const given = name.current?.value.trim() ?? '';
    if (given === '') return name.current?.focus();
    setSaved([{ name: given, sql: current() }, ...saved.filter((one) => one.name !== given)]);
  };
  return (
    <div class="bar" role="toolbar" aria-label="Queries">
      <label>
        Shipped{' '}
        <select value="" onChange={({ currentTarget }) => onChoose(currentTarget.value)}>
          <option value="">choose a query</option>
          {SHIPPED.map((one) => (
            <option key={one.name} value={one.sql}>
              {one.name}: {one.description}
            </option>
          ))}
        </select>
      </label>
      <label>
        Name <input ref={name} size={14} />
      </label>
      <button type="button" onClick={save}>
        Save
      </button>
      {saved.map((one) => (
        <span key={one.name} class="pair">
          <button type="button" onClick={() => onChoose(one.sql)}>
            {one.name}
          </button>
          <button
            type="button"
            aria-label={`Remove ${one.name}`}
            onClick={() => setSaved(saved.filter(({ name: other }) => other !== one.name))}
          >
            ×
          </button>
        </span>
      ))}
    </div>
  );
}
