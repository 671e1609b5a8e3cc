import { originPorts, startOrigins } from './control/origins.ts';
import { type Measured, runScenario, type ScenarioOptions } from './control/scenario.ts';
import { type StageOptions, startStage } from './control/stage.ts';
import { subjectOf } from './control/subject.ts';

export interface ControlOptions extends ScenarioOptions, StageOptions {
  /** The older revision to compare with; false: none. */
  rev: string | false;
}

/** The figures of both revisions. `before` is absent without an older one. */
export interface ControlResult {
  options: ControlOptions;
  before?: Measured;
  after: Measured;
}

/**
 * Counts what many gateway isolates in several data centres ask of the control plane, and measures how soon all of them follow a
 * change: with an older revision, and with the files of this checkout.
 * @param say receives lines about the progress
 */
export async function benchControl(
  options: ControlOptions,
  say: (line: string) => void,
): Promise<ControlResult> {
  const { rev } = options;
  return {
    options,
    ...(rev === false ? {} : { before: await measure(rev, options, (line) => say(`${rev}: ${line}`)) }),
    after: await measure(undefined, options, (line) => say(`now: ${line}`)),
  };
}

/** @param revision undefined: the files of this checkout */
async function measure(
  revision: string | undefined,
  options: ControlOptions,
  say: (line: string) => void,
): Promise<Measured> {
  say('building the Workers');
  const ports = await originPorts();
  const subject = await subjectOf(revision, ports);
  say(`starting ${options.gateways} gateways in ${options.centres} data centres`);
  const origins = await startOrigins(ports);
  try {
    const stage = await startStage(subject, options);
    try {
      return await runScenario(stage, origins, options, say);
    } finally {
      await stage.stop();
    }
  } finally {
    await origins.stop();
  }
}
