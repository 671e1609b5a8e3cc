import { type DataPoint, toDataPoint } from './data_point.ts';
import type { Dataset, Row } from './datasets.ts';

/** Analytics Engine's writer returns nothing. The local stand-in is another Worker, so it returns a promise. */
export interface PointWriter {
  writeDataPoint(point: DataPoint): void | Promise<void>;
}

/**
 * Writes a data point. It never throws, because no client may notice what goes wrong here.
 * @param writer undefined: nothing is written
 * @param row makes the row; it is called only if there is a writer
 * @returns the end of the write, if the writer returns a promise (an un-awaited call to another Worker may be lost); it never rejects
 */
export function writePoint<D extends Dataset>(
  writer: PointWriter | undefined,
  dataset: D,
  row: () => Row<D>,
): Promise<void> | undefined {
  if (writer === undefined) return undefined;
  try {
    return writer.writeDataPoint(toDataPoint(dataset, row()))?.catch(lost);
  } catch (error) {
    lost(error);
    return undefined;
  }
}

function lost(error: unknown): void {
  console.warn('data point lost', error);
}
