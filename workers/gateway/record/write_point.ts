import type { DataPoint } from '../../../shared/analytics/data_point.ts';
import type { PointWriter } from '../env.ts';

/**
 * Writes a data point. Does nothing without a binding and never throws: what goes wrong here is nothing to a client.
 * @param point made only where there is somebody to write it
 * @returns the write's end where the writer has one (an un-awaited call to another Worker may be lost); never rejects
 */
export function writePoint(
  writer: PointWriter | undefined,
  point: () => DataPoint,
): Promise<void> | undefined {
  if (writer === undefined) return undefined;
  try {
    return writer.writeDataPoint(point())?.catch(lost);
  } catch (error) {
    lost(error);
    return undefined;
  }
}

function lost(error: unknown): void {
  console.warn('data point lost', error);
}
