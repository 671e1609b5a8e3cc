import { describe, expect, it } from 'vitest';
import { parseLoadReport, readLoadReport } from '../../../../../workers/gateway/state/load/orca.ts';
import { bytes, double, metric } from './protobuf.ts';

const REPORT = {
  cpu_utilization: 0.7,
  application_utilization: 0.8,
  mem_utilization: 0.9,
  rps_fractional: 1000,
  eps: 2,
  named_metrics: { foo: 123, bar: 0.2 },
};
const TEXT =
  'TEXT cpu_utilization:0.7,application_utilization:0.8,mem_utilization:0.9,rps_fractional:1000,eps:2,named_metrics.foo:123,named_metrics.bar:0.2';

const BIN = btoa(
  String.fromCharCode(
    ...double(1, 0.7),
    ...double(9, 0.8),
    ...double(2, 0.9),
    // rps, a deprecated varint, and request_cost, which is not used.
    ...[3 * 8, 0xe8, 0x07],
    ...bytes(4, [...bytes(1, [0x78]), ...double(2, 1)]),
    ...double(6, 1000),
    ...double(7, 2),
    ...metric('foo', 123),
    ...metric('bar', 0.2),
  ),
);

describe('parseLoadReport', () => {
  it("reads text, JSON and binary alike (Envoy's vector)", () => {
    expect(parseLoadReport(TEXT)).toEqual(REPORT);
    expect(parseLoadReport(`JSON ${JSON.stringify(REPORT)}`)).toEqual(REPORT);
    expect(parseLoadReport(`BIN ${BIN}`)).toEqual(REPORT);
  });

  it.each([
    'BAD random-value',
    'TEXT cpu_utilization:0.7,cpu_utilization:0.8',
    'TEXT not-a-list-of-key-value-pairs',
    'TEXT cpu_utilization:"0.7"',
    'TEXT cpu_utilization:',
    'TEXT :0.7',
    'TEXT named_metrics.:123',
    'TEXT cpu_utilization:NaN',
    'TEXT cpu_utilization:-1',
    'TEXT cpu_utilization:Infinity',
    'TEXT unknown:1',
    'JSON {"cpu_utilization": "0.7"}',
    'JSON {"cpu_utilization": 0.7',
    'JSON null',
    'BIN not base64!',
    `BIN ${btoa(String.fromCharCode(9, 1, 2))}`,
    `BIN ${btoa(String.fromCharCode(0x42, 100))}`,
    `TEXT ${'x'.repeat(5_000)}:1`,
    '',
  ])('refuses %s', (value) => {
    expect(parseLoadReport(value)).toBeUndefined();
  });
});

describe('readLoadReport', () => {
  it('prefers the binary header', () => {
    const headers = new Headers({ 'endpoint-load-metrics': 'TEXT eps:9', 'endpoint-load-metrics-bin': BIN });
    expect(readLoadReport(headers)).toEqual(REPORT);
    headers.delete('endpoint-load-metrics-bin');
    expect(readLoadReport(headers)).toEqual({ eps: 9, named_metrics: {} });
    expect(readLoadReport(new Headers())).toBeUndefined();
  });

  it('takes the first report if a header is repeated', () => {
    const [header, bin_header] = ['endpoint-load-metrics', 'endpoint-load-metrics-bin'];
    const headers = new Headers({ [header]: 'TEXT eps:9,cpu_utilization:0.5' });
    headers.append(header, 'TEXT eps:1');
    expect(readLoadReport(headers)).toEqual({ eps: 9, cpu_utilization: 0.5, named_metrics: {} });
    headers.set(bin_header, BIN);
    headers.append(bin_header, 'AA==');
    expect(readLoadReport(headers)).toEqual(REPORT);
  });
});
