import { LOAD_HEADERS } from '../../../../shared/contracts/carrying.ts';

/** The load that an origin reports in the headers of an answer: the fields of `OrcaLoadReport` (cncf/xds) that are used. */
export interface LoadReport {
  /** 0 or more. It may exceed 1. */
  cpu_utilization?: number;
  application_utilization?: number;
  /** 0 to 1. */
  mem_utilization?: number;
  /** Requests and errors a second. */
  rps_fractional?: number;
  eps?: number;
  /** Other metrics, by name. `rif`: requests in flight. `lat_ms`: the median latency in milliseconds. */
  named_metrics: Record<string, number>;
}

/** A report that exceeds these limits is refused, so that an origin cannot fill the gateway's memory. */
const MAX_LENGTH = 4_096;
const MAX_METRICS = 64;

/** The fields that are used, by their numbers in the protobuf message. */
const FIELDS = {
  1: 'cpu_utilization',
  2: 'mem_utilization',
  6: 'rps_fractional',
  7: 'eps',
  9: 'application_utilization',
} as const;
type Field = (typeof FIELDS)[keyof typeof FIELDS];
const FIELD_OF: Readonly<Record<number, Field>> = FIELDS;
const NAMED_METRICS = 8;

/** What the keys of named metrics begin with. */
const NAMED = 'named_metrics.';

type Entry = readonly [key: string, value: unknown];

/**
 * Reads the first report in the headers of an answer. An origin and a proxy in front of it may both have written one.
 * @returns undefined: there is no report, or it is malformed, which must not cost a response
 */
export function readLoadReport(headers: Headers): LoadReport | undefined {
  const [header, bin_header] = LOAD_HEADERS;
  const bin = headers.get(bin_header);
  const value = bin === null ? headers.get(header) : `BIN ${bin.split(',', 1)[0]}`;
  // The runtime joins repeated headers with commas, which a report itself contains as well.
  return value === null ? undefined : parseLoadReport(value.split(/,\s*(?=(?:TEXT|JSON|BIN) )/, 1)[0] ?? '');
}

/**
 * @param value `TEXT cpu_utilization:0.7,named_metrics.rif:3`, `JSON {…}`, or `BIN` and base64
 * @returns undefined: it is malformed
 */
export function parseLoadReport(value: string): LoadReport | undefined {
  if (value.length > MAX_LENGTH) return undefined;
  try {
    const space = value.indexOf(' ');
    const read = READERS.get(value.slice(0, space));
    return read && reportOf(read(value.slice(space + 1)));
  } catch {
    // An origin may send anything.
    return undefined;
  }
}

/** @throws TypeError unless the entries make a report */
function reportOf(entries: Iterable<Entry>): LoadReport {
  const report: LoadReport = { named_metrics: {} };
  for (const [key, value] of entries) {
    if (typeof value !== 'number' || !Number.isFinite(value) || value < 0) refuse();
    if (key.startsWith(NAMED)) {
      const name = key.slice(NAMED.length);
      if (name === '' || Object.keys(report.named_metrics).length >= MAX_METRICS) refuse();
      report.named_metrics[name] = value as number;
    } else if (isField(key)) report[key] = value as number;
    else refuse();
  }
  return report;
}

function isField(key: string): key is Field {
  return (Object.values(FIELDS) as string[]).includes(key);
}

function refuse(): never {
  throw new TypeError('not a load report');
}

function textEntries(content: string): Entry[] {
  const pairs = content.split(',').map((pair) => pair.trim().split(':'));
  if (new Set(pairs.map(([key]) => key)).size < pairs.length) refuse();
  return pairs.map(([key = '', text = '', ...more]) => {
    if (more.length > 0 || !/^\s*[-+.\deE]+\s*$/.test(text)) refuse();
    return [key, Number(text)];
  });
}

function jsonEntries(content: string): Entry[] {
  return Object.entries(JSON.parse(content) as Record<string, unknown>).flatMap(([key, value]): Entry[] =>
    key === 'named_metrics'
      ? Object.entries(value as object).map(([name, metric]) => [NAMED + name, metric])
      : [[key, value]],
  );
}

function* binaryEntries(base64: string): Generator<Entry> {
  const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
  for (const [number, value] of fieldsOf(bytes)) {
    const key = FIELD_OF[number];
    if (key !== undefined) yield [key, value];
    else if (number === NAMED_METRICS && value instanceof Uint8Array) {
      const entry = new Map(fieldsOf(value));
      const name = entry.get(1);
      yield [NAMED + (name instanceof Uint8Array ? new TextDecoder().decode(name) : ''), entry.get(2) ?? 0];
    }
  }
}

/** The fields of a protobuf message. Values other than doubles and bytes are left out. */
function* fieldsOf(bytes: Uint8Array): Generator<[number: number, value: number | Uint8Array | undefined]> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  const varint = () => {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = view.getUint8(at++);
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
  };
  while (at < bytes.length) {
    const tag = varint();
    const number = Math.floor(tag / 8);
    let value: number | Uint8Array | undefined;
    switch (tag % 8) {
      case 0:
        varint();
        break;
      case 1:
        value = view.getFloat64(at, true);
        at += 8;
        break;
      case 2: {
        const length = varint();
        if (at + length > bytes.length) refuse();
        value = bytes.subarray(at, at + length);
        at += length;
        break;
      }
      case 5:
        at += 4;
        break;
      default:
        refuse();
    }
    yield [number, value];
  }
}

/** By format. This is a map because the name of the format comes from an origin. */
const READERS = new Map<string, (content: string) => Iterable<Entry>>([
  ['TEXT', textEntries],
  ['JSON', jsonEntries],
  ['BIN', binaryEntries],
]);
