import { CliError } from '../project/cli_error.ts';
import { type Figures, figuresOf } from './figures.ts';
import { parseScenario } from './parse_scenario.ts';
import type { Lab, Preset, Row } from './presets/preset.ts';
import { simulate } from './run.ts';

/** The result of a preset. */
export interface PresetResult {
  preset: string;
  title: string;
  rows: Row[];
  requests: number;
  /** Real time on this machine. */
  real_s: number;
}

/**
 * Runs a preset and adds self-checks of its runs.
 * @param quick see {@link Lab}
 */
export function runPreset(preset: Preset, quick = false): PresetResult {
  const runs: Figures[] = [];
  const measure: Lab['measure'] = (file, steering) => {
    const { scenario, problems } = parseScenario(file);
    if (scenario === undefined) throw new CliError(`preset ${preset.name}: ${problems[0]?.message}`);
    const figures = figuresOf(simulate(scenario, steering));
    runs.push(figures);
    return figures;
  };
  const started = performance.now();
  const rows = preset.run({ quick, measure });
  return {
    preset: preset.name,
    title: preset.title,
    rows: [...rows, ...selfChecks(runs)],
    requests: runs.reduce((sum, { requests }) => sum + requests, 0),
    real_s: (performance.now() - started) / 1_000,
  };
}

/** Rows for the runs that differ most from their own checks, in relation to their tolerance. */
function selfChecks(runs: readonly Figures[]): Row[] {
  const worst = (rows: Row[]) =>
    rows
      .sort((a, b) => Math.abs(b.ours - b.known) / b.tolerance - Math.abs(a.ours - a.known) / a.tolerance)
      .slice(0, 1);
  return [...worst(runs.map(littleRow)), ...worst(runs.flatMap(busyRow))];
}

function littleRow({ requests, checks: { in_system, little } }: Figures): Row {
  return {
    what: 'requests in the system, worst run',
    ours: in_system,
    known: little,
    source: "Little's law",
    relation: 'equal',
    tolerance: in_system * edges(in_system, requests),
    because: 'cut at both ends',
  };
}

/**
 * The error of requests that are in the system when the window opens or closes, because only a part of their time is in the
 * window. Their number may be several times the mean, and they wait longer than others.
 */
function edges(in_system: number, requests: number): number {
  return (6 * in_system) / requests;
}

function busyRow({ requests, checks: { in_system, busy, offered } }: Figures): Row[] {
  if (busy === undefined || offered === undefined) return [];
  return [
    {
      what: 'workers busy, worst run',
      ours: busy,
      known: offered,
      source: 'service times',
      relation: 'equal',
      // The error of a sum of service times whose standard deviation is their mean. One tenth of the requests is warm-up.
      tolerance: offered * (3.29 / Math.sqrt(0.9 * requests) + edges(in_system, requests)),
      because: 'chance of service times',
    },
  ];
}
