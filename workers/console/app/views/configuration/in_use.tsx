import { ago, whole } from '../../../../../shared/display/format.ts';
import { rowsOf } from '../../data/api.ts';
import { usePoll } from '../../data/use_poll.ts';
import { IN_USE } from '../../lib/queries.ts';
import { Table } from '../../parts/table.tsx';

const POLL_MS = 5_000;

interface Used {
  config_version: number;
  gateway_version: string;
  selector_version: string;
  isolates: number;
  colos: number;
  requests: number;
  last_at: number;
}

/** Which version of the configuration, of the gateway and of the selector isolates served with. */
export function InUse({ newest, now_ms }: { newest: number; now_ms: number }) {
  const { value, error } = usePoll('in use', () => rowsOf<Used>(IN_USE), POLL_MS);
  return (
    <Table
      caption="Who serves which version, by the requests of the last 15 minutes"
      columns={[
        {
          title: 'configuration',
          cell: ({ config_version }) =>
            config_version === newest ? `${config_version} (newest)` : config_version,
        },
        { title: 'gateway', cell: ({ gateway_version }) => <code>{gateway_version.slice(0, 8)}</code> },
        { title: 'selector', cell: ({ selector_version }) => <code>{selector_version.slice(0, 8)}</code> },
        { title: 'isolates', number: true, cell: ({ isolates }) => whole(isolates) },
        { title: 'data centres', number: true, cell: ({ colos }) => whole(colos) },
        { title: 'requests', number: true, cell: ({ requests }) => whole(requests) },
        {
          title: 'last request',
          cell: ({ last_at }) => `${ago(new Date(last_at * 1_000).toISOString(), now_ms)} ago`,
        },
      ]}
      rows={value ?? []}
      keyOf={({ config_version, gateway_version, selector_version }) =>
        `${config_version} ${gateway_version} ${selector_version}`
      }
      empty={error ?? 'No requests.'}
    />
  );
}
