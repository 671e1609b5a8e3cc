import type { Column, Dataset } from '../../shared/analytics/datasets.ts';
import { bodyOf, type LocalServer, listen, type Mode, misbehave } from './http_server.ts';

/** A data point by logical column names. A column that was not written is the empty string or 0. */
export type PointOf<D extends Dataset> = {
  [K in keyof D['columns']]: D['columns'][K] extends `double${number}` ? number : string;
};

/** An Analytics Engine dataset in the test process, behind workerd's `analyticsEngine` binding. */
export interface AnalyticsStandIn<D extends Dataset> extends LocalServer {
  /** In the order of arrival. */
  points: PointOf<D>[];
  /** When each point arrived, in milliseconds since the epoch. */
  arrived_at: number[];
  mode: Mode;
}

/** Starts a dataset. workerd posts `{ index1: [bytes], blob1: [bytes], …, double1: number, … }` for every data point. */
export async function startAnalytics<D extends Dataset>(dataset: D): Promise<AnalyticsStandIn<D>> {
  const local = await listen(async (request, response) => {
    const body = (await bodyOf(request)).toString();
    if (misbehave(sink.mode, response)) return;
    sink.points.push(decode(dataset, JSON.parse(body) as Record<string, unknown>));
    sink.arrived_at.push(Date.now());
    response.writeHead(200).end();
  });
  const sink: AnalyticsStandIn<D> = { ...local, points: [], arrived_at: [], mode: 'ok' };
  return sink;
}

function decode<D extends Dataset>(dataset: D, posted: Record<string, unknown>): PointOf<D> {
  const point: Record<string, string | number> = {};
  for (const [name, column] of Object.entries<Column>(dataset.columns)) {
    const [stored = '', part] = column.split('.');
    const value = posted[stored];
    if (column.startsWith('double')) point[name] = Number(value ?? 0);
    else point[name] = partOf(Buffer.from((value ?? []) as number[]).toString(), part);
  }
  return point as PointOf<D>;
}

/** Part `1` is the text before the first space, and part `2` the text after it. */
function partOf(text: string, part: string | undefined): string {
  const space = text.indexOf(' ');
  if (part === undefined) return text;
  return part === '1' ? text.slice(0, space) : text.slice(space + 1);
}
