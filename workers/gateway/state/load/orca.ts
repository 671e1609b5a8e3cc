import { LOAD_HEADERS } from '../../../../shared/contracts/carrying.ts';

/** What an origin says of its load in an answer's headers: `OrcaLoadReport` of cncf/xds, as far as it is used. */
export interface LoadReport {
  /** 0 or more, may exceed 1. */
  cpu_utilization?: number;
  application_utilization?: number;
  /** 0 to 1. */
  mem_utilization?: number;
  /** Requests and errors a second. */
  rps_fractional?: number;
  eps?: number;
  /** Whatever else an origin counts: `rif`, requests in flight; `lat_ms`, what a request takes it. */
  named_metrics: Record<string, number>;
}

/** Longer headers and more metrics are refused, so that an origin cannot fill the gateway's memory. */
const MAX_LENGTH = 4_096;
const MAX_METRICS = 64;

const FIELDS = [
  'cpu_utilization',
  'application_utilization',
  'mem_utilization',
  'rps_fractional',
  'eps',
] as const;
type Field = (typeof FIELDS)[number];

/**
 * The first report in an answer's headers. An origin and a proxy beside it may both have written one.
 * @returns undefined: there is no report, or a malformed one, which harms no response
 */
export function readLoadReport(headers: Headers): LoadReport | undefined {
  const [header, bin_header] = LOAD_HEADERS;
  const bin = headers.get(bin_header);
  const value = bin === null ? headers.get(header) : `BIN ${bin.split(',', 1)[0]}`;
  // The runtime joins repeated headers with commas, which the report itself contains as well.
  return value === null ? undefined : parseLoadReport(value.split(/,\s*(?=(?:TEXT|JSON|BIN) )/, 1)[0] ?? '');
}

/** @param value `TEXT cpu_utilization:0.7,named_metrics.rif:3`, `JSON {…}` or `BIN` and base64 */
export function parseLoadReport(value: string): LoadReport | undefined {
  if (value.length > MAX_LENGTH) return undefined;
  try {
    const content = value.slice(5);
    if (value.startsWith('TEXT ')) return parseText(content);
    if (value.startsWith('JSON ')) return parseJson(content);
    if (value.startsWith('BIN ')) return parseBinary(value.slice(4));
  } catch {
    // Malformed: what an origin writes must not cost a response.
  }
  return undefined;
}

function parseText(content: string): LoadReport {
  const report: LoadReport = { named_metrics: {} };
  const seen = new Set<string>();
  for (const pair of content.split(',')) {
    const [key = '', text = '', ...more] = pair.trim().split(':');
    if (seen.has(key) || more.length > 0 || text.trim() === '' || !/^[-+.\deE]+$/.test(text.trim())) refuse();
    seen.add(key);
    set(report, key, Number(text));
  }
  return report;
}

function parseJson(content: string): LoadReport {
  const report: LoadReport = { named_metrics: {} };
  for (const [key, value] of Object.entries(JSON.parse(content) as object)) {
    if (key !== 'named_metrics') set(report, key, value);
    else
      for (const [name, metric] of Object.entries(value as object))
        set(report, `named_metrics.${name}`, metric);
  }
  return report;
}

function set(report: LoadReport, key: string, value: unknown): void {
  if (typeof value !== 'number' || !Number.isFinite(value) || value < 0) refuse();
  const name = key.startsWith('named_metrics.') ? key.slice('named_metrics.'.length) : undefined;
  if (name !== undefined) {
    if (name === '' || Object.keys(report.named_metrics).length >= MAX_METRICS) refuse();
    report.named_metrics[name] = value as number;
  } else if (isField(key)) report[key] = value as number;
  else refuse();
}

function isField(key: string): key is Field {
  return (FIELDS as readonly string[]).includes(key);
}

function refuse(): never {
  throw new TypeError('not a load report');
}

/** Field numbers of the message. Other fields are skipped. */
const NUMBERS: Readonly<Record<number, Field>> = {
  1: 'cpu_utilization',
  2: 'mem_utilization',
  6: 'rps_fractional',
  7: 'eps',
  9: 'application_utilization',
};
const NAMED_METRICS = 8;

function parseBinary(base64: string): LoadReport {
  const report: LoadReport = { named_metrics: {} };
  const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
  for (const { number, value } of fieldsOf(bytes)) {
    const key = NUMBERS[number];
    if (key !== undefined) set(report, key, value);
    else if (number === NAMED_METRICS && value instanceof Uint8Array) {
      const entry = new Map([...fieldsOf(value)].map((field) => [field.number, field.value]));
      const name = entry.get(1);
      set(
        report,
        `named_metrics.${name instanceof Uint8Array ? new TextDecoder().decode(name) : ''}`,
        entry.get(2) ?? 0,
      );
    }
  }
  return report;
}

/** The fields of a protobuf message: doubles, bytes; of other types the number alone. */
function* fieldsOf(bytes: Uint8Array): Generator<{ number: number; value: number | Uint8Array | undefined }> {
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
    yield { number, value };
  }
}
