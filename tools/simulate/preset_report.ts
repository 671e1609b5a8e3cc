import { didYouMean } from '../../shared/suggest.ts';
import { CliError } from '../project/cli_error.ts';
import { percent, rounded, textTable } from '../project/text_table.ts';
import { PRESETS } from './presets/index.ts';
import { difference, holds, type Preset, type Row } from './presets/preset.ts';
import type { PresetResult } from './run_preset.ts';

/** @param name of a preset, or `all` @throws CliError when there is none */
export function presetsNamed(name: string): readonly Preset[] {
  if (name === 'all') return PRESETS;
  const found = PRESETS.filter((preset) => preset.name === name);
  if (found.length > 0) return found;
  const names = [...PRESETS.map((preset) => preset.name), 'all'];
  throw new CliError(`no preset "${name}"${didYouMean(name, names) || `; there are ${names.join(', ')}`}`);
}

/** A preset's figures for people: ours, the known one, how far they are apart and how far they may be. */
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

/** A share where there is something to be a share of. */
function inUnit({ known }: Row, value: number, sign = false): string {
  return known === 0 ? String(value) : percent(value, sign);
}
