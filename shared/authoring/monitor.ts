import * as v from 'valibot';
import { TEMPLATE_NAMES } from '../model/monitor.ts';
import { bool, id, oneOf, text, whole } from './fields.ts';
import { headerMap } from './http_fields.ts';
import { about, ignored, readOnly, reference, SET_BY_API } from './notes.ts';
import { pools } from './pool_fields.ts';

/** Cloudflare's types of monitor that a Worker cannot be. */
const NO_PROBES = Object.fromEntries(
  ['icmp_ping', 'udp_icmp', 'smtp'].map((type) => [
    type,
    `a Worker can send neither ICMP nor SMTP; set "tcp" and a \`port\` on which the origin accepts connections` +
      (type === 'smtp' ? ' (587, because port 25 is closed to Workers)' : ', or "http" and a `path`'),
  ]),
);

const CODES = String.raw`([1-5]xx|[1-5]\d\d(\s*-\s*[1-5]\d\d)?)`;

export const MonitorSchema = v.strictObject(
  {
    id: about('Pools refer to the monitor by it.', id),
    type: about('Protocol of the probe.', v.optional(oneOf(['http', 'https', 'tcp']), 'http'), {
      any_case: true,
      instead: NO_PROBES,
    }),
    description: about('For operators.', v.optional(text, '')),
    method: about(
      'For http and https.',
      v.optional(oneOf(['GET', 'HEAD', 'OPTIONS', 'POST', 'connection_established']), 'GET'),
    ),
    path: about(
      'For http and https. A query is allowed.',
      v.optional(v.pipe(text, v.regex(/^\/[^#\s]*$/, 'a path that begins with "/", without "#"')), '/'),
    ),
    port: about(
      "0: the origin's own port, else 80 (http) or 443 (https). Required for tcp.",
      v.optional(whole(0, 65_535), 0),
    ),
    interval: about('Time between two probes of an origin.', v.optional(whole(5, 3_600), 60), {
      unit: 'seconds',
      zero_is_unset: true,
    }),
    timeout: about('A probe that takes longer has failed.', v.optional(whole(1, 60), 5), {
      unit: 'seconds',
      zero_is_unset: true,
    }),
    retries: about('Immediate retries after a timeout.', v.optional(whole(0, 10), 2)),
    consecutive_down: about(
      'Failures in a row that bring an origin down. 0 means 1.',
      v.optional(whole(0, 100), 3),
    ),
    consecutive_up: about(
      'Successes in a row that bring an origin up again. 0 means 1.',
      v.optional(whole(0, 100), 2),
    ),
    expected_codes: about(
      '`200`, `200,204`, `2xx`, `200-299`, or several of these.',
      v.optional(
        v.pipe(
          text,
          v.regex(
            new RegExp(String.raw`^\s*${CODES}(\s*,\s*${CODES})*\s*$`),
            'codes like "2xx", "200,204" or "200-299"',
          ),
        ),
        '2xx',
      ),
    ),
    expected_body: about('Substring of the first 10 KB, in any case. Empty: any body.', v.optional(text, '')),
    follow_redirects: about('Whether to judge the response after redirects.', v.optional(bool, false)),
    header: about("Headers of the probe. `User-Agent` is always Plimsoll's own.", v.optional(headerMap, {})),
    allow_insecure: ignored("the platform always checks an origin's certificate", v.optional(bool, false)),
    probe_zone: ignored("probes go to the origin's address", v.optional(text, '')),
    ...SET_BY_API,
  },
  'an object',
);

const { account_id, ...DATES } = SET_BY_API;

/** What Cloudflare's API adds to groups and their members. */
const GROUP_DATES = {
  created_at: readOnly(v.optional(text)),
  updated_at: readOnly(v.optional(text)),
  ...DATES,
};

const MemberSchema = v.strictObject(
  {
    monitor_id: about('Id of a monitor.', reference('monitors')),
    enabled: about('Whether it probes.', v.optional(bool, true)),
    must_be_healthy: about('Whether its failure alone brings an origin down.', v.optional(bool, false)),
    monitoring_only: about('Whether it probes and notifies, but has no vote.', v.optional(bool, false)),
    ...GROUP_DATES,
  },
  'an object with a "monitor_id"',
);

export const MonitorGroupSchema = v.strictObject(
  {
    id: about('Pools refer to the group by it.', id),
    description: about('For operators.', v.optional(text, '')),
    members: about(
      'Its monitors. An origin is down if a monitor that must be healthy fails, or more than half of those with a vote.',
      v.array(MemberSchema, 'a list of members'),
    ),
    ...GROUP_DATES,
    account_id,
  },
  'an object',
);

const FilterSchema = v.strictObject(
  {
    disable: about('Whether no change is notified.', v.optional(bool, false)),
    healthy: about('`true`: only recoveries. `false`: only failures. Default: both.', v.optional(bool)),
  },
  'an object',
);

/** Which changes a pool notifies. */
export const NotificationFilterSchema = v.strictObject(
  {
    pool: about('Changes of the pool itself.', v.optional(FilterSchema)),
    origin: about('Changes of its origins.', v.optional(FilterSchema)),
  },
  'an object',
);

export const NotificationSchema = v.strictObject(
  {
    name: about('Its secret is `WEBHOOK_SECRET_NAME`, else `WEBHOOK_SECRET`.', id),
    url: about(
      'Where changes are posted. Put no secret into it: the configuration is not kept secret.',
      v.pipe(text, v.url('a URL that begins with "https://"')),
    ),
    template: about(
      'The form of the messages. `standard` is signed JSON. For the others, the secret is the key of the receiver: see docs/health.md.',
      v.optional(oneOf(TEMPLATE_NAMES), 'standard'),
    ),
    pools: about('Pools whose changes are posted, by id or name. Default: all.', v.optional(pools)),
  },
  'an object with a "name" and a "url"',
);
