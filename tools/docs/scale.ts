import { billOf } from '../cost/bill.ts';
import { delaysOf } from '../cost/delays.ts';
import { DAY_S, DEFAULTS, type Deployment } from '../cost/deployment.ts';
import { count, dollars, seconds } from '../cost/figures.ts';
import { OBJECT_REQUESTS_PER_S } from '../cost/limits.ts';
import { ITEMS, type Item, operationsOf } from '../cost/operations.ts';
import { BASE_USD, PRICES, PRICES_OF } from '../cost/prices.ts';
import { filledPage } from './filled_page.ts';

/** The deployments of the tables. Each isolate has one request per second, and 20 origins are probed every minute. */
const SIZES: Deployment[] = [
  [10, 10],
  [10, 300],
  [1_000, 10],
  [1_000, 300],
  [100_000, 10],
  [100_000, 300],
].map(([isolates = 0, centres = 0]) => ({
  ...DEFAULTS,
  isolates,
  centres,
  requests_per_s: isolates,
  probing: {
    own_checks_per_s: 20 / 60,
    region_checks_per_s: [],
    slowest: { interval_s: 60, consecutive_down: 2 },
  },
}));

/** docs/scale.md with its generated tables. */
export function scaleDocs(): string {
  return filledPage('docs/scale.md', {
    operations: operationsTable(),
    costs: costsTable(),
    reach: reachTable(),
    sources: sourcesTable(),
    prices: pricesTable(),
  });
}

/** What configuration and health cost. The other items follow the requests. */
const CONTROL_ITEMS: readonly Item[] = [
  'kv_reads',
  'kv_writes',
  'object_requests',
  'object_gb_s',
  'rows_written',
];

function operationsTable(): string {
  const all = SIZES.map((deployment) => ({
    operations: operationsOf(deployment),
    delays: delaysOf(deployment),
  }));
  const a_day = (name: keyof (typeof all)[number]['operations']) =>
    all.map(({ operations }) => count(operations[name] * DAY_S));
  return sizesTable([
    ['Worker requests a day', ...a_day('worker_requests')],
    ['data points a day', ...a_day('data_points')],
    ['KV reads a day', ...a_day('kv_reads')],
    ['KV writes a day', ...a_day('kv_writes')],
    ['object requests a day', ...a_day('object_requests')],
    ['cache operations a day (free)', ...a_day('cache_operations')],
    [
      'requests a second to the coordinator',
      ...all.map(({ operations }) => count(operations.coordinator_requests)),
    ],
    ['the last isolate follows a change in', ...all.map(({ delays }) => seconds(delays.follow_s))],
    [
      '… has left a dead origin, by probes alone, in',
      ...all.map(({ delays }) => seconds(delays.steer_by_probes_s ?? 0)),
    ],
    [
      '… after one isolate has ejected it, in',
      ...all.map(({ delays }) => seconds(delays.steer_by_traffic_s ?? 0)),
    ],
  ]);
}

function costsTable(): string {
  const bills = SIZES.map((deployment) => billOf(operationsOf(deployment)));
  const usd = (item: Item) => bills.map(({ lines }) => lines.find((line) => line.item === item)?.usd ?? 0);
  const control = bills.map(({ lines }) =>
    lines.filter(({ item }) => CONTROL_ITEMS.includes(item)).reduce((sum, line) => sum + line.usd, 0),
  );
  return sizesTable([
    ...ITEMS.map((item) => [PRICES[item].name, ...usd(item).map(dollars)]),
    ['the plan', ...bills.map(() => dollars(BASE_USD))],
    ['**together**', ...bills.map((bill) => `**${dollars(bill.usd)}**`)],
    ['of which configuration and health', ...control.map(dollars)],
  ]);
}

/** The same deployments with fewer sources. */
function sourcesTable(): string {
  const kinds: [string, Partial<Deployment>][] = [
    ['cache and coordinator', {}],
    ['coordinator, no cache (`*.workers.dev`)', { cache: false }],
    ['cache, no coordinator', { coordinator: false }],
    ['KV alone', { cache: false, coordinator: false }],
  ];
  const rows = kinds.flatMap(([name, given]) =>
    SIZES.filter(({ centres, isolates }) => centres === 300 || isolates < centres).map((size) => {
      const deployment = { ...size, ...given };
      const operations = operationsOf(deployment);
      const usd = billOf(operations)
        .lines.filter(({ item }) => CONTROL_ITEMS.includes(item))
        .reduce((sum, line) => sum + line.usd, 0);
      return [
        name,
        count(size.isolates),
        count(operations.kv_reads * DAY_S),
        count(operations.coordinator_requests),
        seconds(delaysOf(deployment).follow_s),
        dollars(usd),
      ];
    }),
  );
  return table(
    ['Sources', 'Isolates', 'KV reads a day', 'Coordinator, requests/s', 'Follows in', 'USD a month'],
    rows,
  );
}

/** The number of isolates at which the coordinator is at its limit. */
function reachTable(): string {
  const kinds: [string, Partial<Deployment>][] = [
    ['10 data centres with caches', { centres: 10 }],
    ['300 data centres with caches', { centres: 300 }],
    ['no cache (`*.workers.dev`)', { cache: false }],
  ];
  return table(
    ['', 'Isolates'],
    kinds.map(([name, given]) => [name, count(isolatesAtLimit(given))]),
  );
}

function isolatesAtLimit(given: Partial<Deployment>): number {
  const [size] = SIZES;
  if (size === undefined) return 0;
  let [low, high] = [1, 1e7];
  while (high - low > 1) {
    const isolates = Math.round((low + high) / 2);
    const { coordinator_requests } = operationsOf({ ...size, ...given, isolates, requests_per_s: isolates });
    if (coordinator_requests < OBJECT_REQUESTS_PER_S) low = isolates;
    else high = isolates;
  }
  return low;
}

function pricesTable(): string {
  const rows = ITEMS.map((item) => {
    const { name, included, usd_per_million, free_per_day, source } = PRICES[item];
    const free = free_per_day === undefined ? '' : count(free_per_day);
    return [`[${name}](${source})`, count(included), String(usd_per_million), free];
  });
  return table(
    [`Prices of ${PRICES_OF}`, 'Included in Paid, a month', 'USD for a million more', 'Most on Free, a day'],
    rows,
  );
}

function sizesTable(rows: readonly (readonly string[])[]): string {
  const head = SIZES.map(({ isolates, centres }) => `${count(isolates)} in ${centres}`);
  return table(['isolates in data centres', ...head], rows);
}

/** A Markdown table. All columns but the first are right-aligned. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const rule = head.map((_, column) => (column === 0 ? '---' : '--:'));
  return [line(head), line(rule), ...rows.map(line)].join('\n');
}
