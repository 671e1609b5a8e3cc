import { useState } from 'preact/hooks';
import type { Action } from '../../lib/action.ts';

interface Props {
  count: number;
  /** How many of them are origins. Only those have a weight. */
  origins: number;
  onAction(action: Action): void;
  onProbe(): void;
}

const BUTTONS: readonly (readonly [string, Action])[] = [
  ['Drain', { state: 'drain' }],
  ['Maintenance', { state: 'maintenance' }],
  ['Ready', { state: 'ready' }],
  ['Disable', { enabled: false }],
  ['Enable', { enabled: true }],
];

/** What can be done to the ticked pools and origins. */
export function Toolbar({ count, origins, onAction, onProbe }: Props) {
  const [weight, setWeight] = useState('1');
  const value = Number(weight);
  const is_weight = weight.trim() !== '' && value >= 0 && value <= 1;
  return (
    <div class="bar" role="toolbar" aria-label="Change what is ticked">
      {BUTTONS.map(([title, action]) => (
        <button key={title} type="button" disabled={count === 0} onClick={() => onAction(action)}>
          {title}
        </button>
      ))}
      <label>
        Weight{' '}
        <input
          type="number"
          min="0"
          max="1"
          step="any"
          value={weight}
          onInput={(event) => setWeight(event.currentTarget.value)}
        />
      </label>
      <button
        type="button"
        disabled={origins === 0 || !is_weight}
        onClick={() => onAction({ weight: value })}
      >
        Set weight
      </button>
      <button type="button" disabled={count === 0} onClick={onProbe}>
        Probe now
      </button>
      <span class="soft">{count === 0 ? 'Tick pools or origins to change them.' : `${count} ticked`}</span>
    </div>
  );
}
