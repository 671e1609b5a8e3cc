import type { PreviewResult } from '../../../../../shared/contracts/preview.ts';
import { ms } from '../../../../../shared/display/format.ts';
import { StateMark } from '../../parts/state_mark.tsx';
import { Table } from '../../parts/table.tsx';

/** The answer of one monitor, or why there is none. */
export interface Probed {
  origin: string;
  result?: PreviewResult;
  problem?: string;
}

/** What probes on demand found. They change no state. */
export function ProbeResults({ probed }: { probed: readonly Probed[] }) {
  return (
    <Table
      caption="Probed just now, without consequences"
      columns={[
        { title: 'origin', cell: ({ origin }) => <b>{origin}</b> },
        { title: 'result', cell: ({ result }) => result && <StateMark state={result.outcome} /> },
        {
          title: 'answer',
          cell: ({ result, problem }) =>
            problem ??
            [result?.status || null, result?.reason, result?.detail].filter((text) => text).join(', '),
        },
        { title: 'time', number: true, cell: ({ result }) => ms(result?.rtt_ms) },
        { title: 'URL', cell: ({ result }) => <code>{result?.url}</code> },
      ]}
      rows={probed}
      keyOf={({ origin, result }) => `${origin} ${result?.monitor}`}
      empty="Nothing was probed: the pools have no monitor."
    />
  );
}
