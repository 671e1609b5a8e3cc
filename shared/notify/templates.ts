import type { TemplateName } from '../model/monitor.ts';
import { opsgenie } from './opsgenie.ts';
import { pagerduty } from './pagerduty.ts';
import type { Posting, Template, Told } from './posting.ts';
import { slack } from './slack.ts';
import { standard } from './standard.ts';

const TEMPLATES: Readonly<Record<TemplateName, Template>> = { standard, slack, pagerduty, opsgenie };

/** The request that tells a webhook of a change. @throws Error as the template */
export async function postingFor(told: Told): Promise<Posting> {
  const { template = 'standard' } = told.webhook;
  // A name that a newer version wrote is answered with what every receiver can be made to read.
  const make: Template = TEMPLATES[template] ?? standard;
  return make(told);
}
