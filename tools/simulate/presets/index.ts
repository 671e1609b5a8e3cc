import { attempts_preset } from './attempts.ts';
import { choices_preset } from './choices.ts';
import { isolates_preset } from './isolates.ts';
import { mm1_preset } from './mm1.ts';
import { origin_loss_preset } from './origin_loss.ts';
import type { Preset } from './preset.ts';
import { round_robin_preset } from './round_robin.ts';
import { slow_origin_preset } from './slow_origin.ts';

/** Every preset. */
export const PRESETS: readonly Preset[] = [
  mm1_preset,
  choices_preset,
  round_robin_preset,
  slow_origin_preset,
  origin_loss_preset,
  isolates_preset,
  attempts_preset,
];
