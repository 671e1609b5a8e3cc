import { useState } from 'preact/hooks';
import type { StrategyList } from '../../../../shared/contracts/scripts.ts';
import type { Decider } from '../lib/deciders.ts';

interface Props {
  decider: Decider;
  /** Undefined: not known yet. */
  list: StrategyList | undefined;
  onUse(policy: string): void;
}

/** Switches to a policy: one click for the canary or the shadow, two for any other. */
export function PolicySwitch({ decider, list, onUse }: Props) {
  const { id, level, live, canary, shadow } = decider;
  const [chosen, setChosen] = useState('');
  const trials = [canary?.policy, shadow].filter((policy) => typeof policy === 'string' && policy !== live);
  const built_in = (level === 'balancer' ? list?.balancer_policies : list?.pool_policies) ?? [];
  const scripts = (list?.scripts ?? []).map(({ name }) => `script:${name}`);
  return (
    <span class="bar">
      {trials.map((policy) => (
        <button key={policy} type="button" onClick={() => onUse(policy ?? live)}>
          Use {policy}
        </button>
      ))}
      <select
        aria-label={`Another policy for ${id}`}
        value={chosen}
        onChange={(event) => setChosen(event.currentTarget.value)}
      >
        <option value="">another policy</option>
        {[...built_in, ...scripts]
          .filter((policy) => policy !== live)
          .map((policy) => (
            <option key={policy}>{policy}</option>
          ))}
      </select>
      <button
        type="button"
        aria-label={`Switch ${id}`}
        disabled={chosen === ''}
        onClick={() => {
          onUse(chosen);
          setChosen('');
        }}
      >
        Switch
      </button>
    </span>
  );
}
