import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseLoadReport } from '../../workers/gateway/state/load/orca.ts';
import { double, metric } from '../workers/gateway/state/load/protobuf.ts';
import { runs } from './runs.ts';

const NUMBERS = {
  cpu_utilization: 1,
  mem_utilization: 2,
  rps_fractional: 6,
  eps: 7,
  application_utilization: 9,
};

const amount = fc.double({ min: 0, max: 1e12, noNaN: true }).map((number) => (number === 0 ? 0 : number));
const report = fc
  .tuple(
    fc.dictionary(fc.constantFrom(...Object.keys(NUMBERS)), amount),
    fc.dictionary(fc.stringMatching(/^[a-z][a-z0-9_.]{0,10}$/), amount, { maxKeys: 8 }),
  )
  .map(([fields, named_metrics]) => ({ ...fields, named_metrics: { ...named_metrics } }));
type Report = { named_metrics: Record<string, number> } & Record<string, unknown>;

/** Fields and values as the text format has them. */
function asText({ named_metrics, ...fields }: Report): string {
  const pairs = [
    ...Object.entries(fields),
    ...Object.entries(named_metrics).map(([name, value]) => [`named_metrics.${name}`, value] as const),
  ];
  return `TEXT ${pairs.map(([key, value]) => `${key}:${value}`).join(', ')}`;
}

function asBinary({ named_metrics, ...fields }: Report): string {
  const message = Object.entries(NUMBERS).flatMap(([name, number]) =>
    fields[name] === undefined ? [] : double(number, Number(fields[name])),
  );
  for (const [name, value] of Object.entries(named_metrics)) message.push(...metric(name, value));
  return `BIN ${btoa(String.fromCharCode(...message))}`;
}

it('a load report reads the same as text, as JSON and as protobuf', () => {
  fc.assert(
    fc.property(report, (sent) => {
      expect(parseLoadReport(`JSON ${JSON.stringify(sent)}`)).toEqual(sent);
      expect(parseLoadReport(asBinary(sent))).toEqual(sent);
      // An empty text is not a report.
      if (asText(sent) !== 'TEXT ') expect(parseLoadReport(asText(sent))).toEqual(sent);
    }),
    runs(),
  );
});

/** Checks a result: undefined, or finite numbers of 0 or more. */
function isSound(value: ReturnType<typeof parseLoadReport>): boolean {
  if (value === undefined) return true;
  const { named_metrics, ...fields } = value;
  return [...Object.values(fields), ...Object.values(named_metrics)].every(
    (number) => Number.isFinite(number) && Number(number) >= 0,
  );
}

it('no header throws or gives an invalid number', () => {
  const text = fc.array(
    fc.constantFrom(
      'cpu_utilization',
      'named_metrics.',
      'eps',
      ':',
      ',',
      '1',
      '-1',
      'NaN',
      '1e999',
      ' ',
      '__proto__',
    ),
    { maxLength: 10 },
  );
  const header = fc.oneof(
    text.map((parts) => `TEXT ${parts.join('')}`),
    fc
      .dictionary(
        fc.constantFrom('eps', 'named_metrics', '__proto__', 'x'),
        fc.constantFrom<unknown>(1, -1, null, 'a', [], {}, { a: 1 }, { a: null }, { '': 2 }, 1e308),
      )
      .map((object) => `JSON ${JSON.stringify(object)}`),
    fc.string({ maxLength: 30 }),
  );
  fc.assert(
    fc.property(header, (value) => isSound(parseLoadReport(value))),
    runs(),
  );
});

it('no bytes throw: invalid lengths, endless numbers, unknown fields', () => {
  const wire = fc.oneof(
    fc.uint8Array({ maxLength: 40 }).map((array) => [...array]),
    // Tags of the message with anything behind them.
    fc
      .array(fc.tuple(fc.constantFrom(9, 17, 66, 57, 24, 34, 13, 0xff), fc.uint8Array({ maxLength: 12 })), {
        maxLength: 5,
      })
      .map((fields) => fields.flatMap(([tag, rest]) => [tag, ...rest])),
  );
  fc.assert(
    fc.property(wire, (message) => isSound(parseLoadReport(`BIN ${btoa(String.fromCharCode(...message))}`))),
    runs(),
  );
});
