import type { Status } from '../../../../../shared/contracts/status.ts';
import { clock } from '../../../../../shared/display/format.ts';
import { rowsOf } from '../../data/api.ts';
import type { Place } from '../../data/use_place.ts';
import { usePoll } from '../../data/use_poll.ts';
import { factsOf, type Recorded, requestQuery } from '../../lib/past_request.ts';
import { pastUrl } from '../../lib/sample_request.ts';
import { Table } from '../../parts/table.tsx';

/** Once found, a row stays as it is. */
const POLL_MS = 600_000;

interface Props {
  place: Place;
  status: Status;
  /** See `keyOfRequest`. */
  request: string;
  /** Fills the form with what is known of the request: its query, headers and address were not recorded. */
  onFill(fields: Readonly<Record<'url' | 'method' | 'country', string>>): void;
}

/** Why a past request went where it went, as the gateway recorded it then. */
export function Past({ place, status, request, onFill }: Props) {
  const query = requestQuery(request);
  const { value, error } = usePoll(
    request,
    async () => (query === undefined ? [] : rowsOf<Recorded>(query)),
    POLL_MS,
  );
  if (error !== undefined) return <p class="notice bad">{error}</p>;
  if (value === undefined) return <p class="soft">Loading the request …</p>;
  const [row] = value;
  if (row === undefined)
    return (
      <p class="notice">
        No row of the traffic is this request: it is older than the data points, or it was sampled away.
      </p>
    );
  const { at, method, path, country, config_version } = row;
  const balancer = status.balancers.find(({ id }) => id === row.balancer);
  const url = pastUrl(balancer, path);
  return (
    <>
      <Table
        caption={`Why then: ${method} ${path} at ${clock(at, true)} UTC`}
        columns={[
          { title: 'what', cell: ({ what }) => what },
          { title: 'recorded', cell: ({ recorded }) => recorded },
        ]}
        rows={factsOf(row)}
        keyOf={({ what }) => what}
        empty=""
      />
      <p>
        <button type="button" onClick={() => onFill({ url, method, country })}>
          Fill the form with it
        </button>{' '}
        to see where it would go now, or look at{' '}
        <a href={place.href({ view: 'configuration', version: String(config_version), request: null })}>
          version {config_version} of the configuration
        </a>
        .
      </p>
    </>
  );
}
