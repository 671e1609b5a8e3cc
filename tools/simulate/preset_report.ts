import { didYouMean } from '../../shared/suggest.ts';
import { CliError } from '../project/cli_error.ts';
import { percent, rounded, textTable } from '../project/text_table.ts';
import { PRESETS } from './presets/index.ts';
import { difference, holds, type Preset, type Row } from './presets/preset.ts';
import type { PresetResult } from './run_preset.ts';

/** The presets with a name. @param name of a preset, or `all` @throws CliError if there is none */
export function presetsNamed(name: string): readonly Preset[] {
  if (name === 'all') return PRESETS;
  const found = PRESETS.filter((preset) => preset.name === name);
  if (found.length > 0) return found;
  const names = [...PRESETS.map((preset) => preset.name), 'all'];
  const hint = didYouMean(name, names) || `; there are ${names.join(', ')}`;
  throw new CliError(`--preset: there is no preset "${name}"${hint}`);
}

/** A table of a preset's figures: ours, the known one, the difference, and the allowed difference. */
export function presetReport({ preset, title, rows }: PresetResult): string {
  const table = textTable(
    ['', 'ours', 'known', 'from', 'difference', 'allowed', 'because', ''],
    rows.map((row) => [
      row.what,
      rounded(row.ours),
      rounded(row.known),
      row.source,
      inUnit(row, difference(row), true),
      `${SIGN[row.relation]}${inUnit(row, row.known === 0 ? row.tolerance : row.tolerance / row.known)}`,
      row.because,
      holds(row) ? 'ok' : 'FAILED',
    ]),
  );
  return `${preset}: ${title}\n${table}`;
}

const SIGN = { equal: '±', 'at most': '+', 'at least': '-' } as const;

/** A percentage of the known figure, or a plain number if that is 0. */
function inUnit({ known }: Row, value: number, sign = false): string {
  return known === 0 ? String(value) : percent(value, sign);
}
