import type { Previewer, PreviewOrder, PreviewResult } from '../../shared/contracts/preview.ts';
import { configDocument } from '../../shared/documents/check.ts';
import { HttpError } from '../../shared/errors.ts';
import type { Config } from '../../shared/model/config.ts';
import type { OriginId } from '../../shared/model/ids.ts';

/**
 * Makes the health Worker probe one origin now, without consequences, like Cloudflare's `monitors/{id}/preview`.
 * The body is `{ "origin": "eu/eu-1", "config": … }`. `config`, if present, is a normalised configuration that replaces the
 * published one.
 * @throws {HttpError} 400, 404 or 503
 */
export async function probe(
  body: unknown,
  previewer: Previewer | undefined,
): Promise<{ origin: OriginId; results: PreviewResult[] }> {
  requirePreviewer(previewer);
  const { origin, config } = readBody(body);
  const results = await previewOrigin(previewer, { origin, ...(config === undefined ? {} : { config }) });
  return { origin, results };
}

/**
 * Has one origin probed.
 * @param previewer undefined: not bound
 * @throws {HttpError} 404 if there is no such origin, 503 if nobody probes
 */
export async function previewOrigin(
  previewer: Previewer | undefined,
  order: PreviewOrder,
): Promise<PreviewResult[]> {
  const bound = requirePreviewer(previewer);
  let results: PreviewResult[] | undefined;
  try {
    results = await bound.preview(order);
  } catch (cause) {
    console.error(`console: the health Worker failed: ${String(cause)}`);
    throw new HttpError(503, 'The health Worker does not answer: deploy it with `npm run deploy:health`', {
      cause,
    });
  }
  if (results === undefined)
    throw new HttpError(
      404,
      `The configuration has no origin "${order.origin}": \`lb probe\` without a name probes those that it has`,
    );
  return results;
}

function requirePreviewer(previewer: Previewer | undefined): Previewer {
  if (previewer === undefined)
    throw new HttpError(503, 'HEALTH is not bound: add it under [[services]] in wrangler.console.toml');
  return previewer;
}

function readBody(body: unknown): { origin: OriginId; config?: Config } {
  const { origin, config } = (body ?? {}) as { origin?: unknown; config?: unknown };
  if (typeof origin !== 'string' || !origin.includes('/'))
    throw new HttpError(400, '`origin` names no origin: send { "origin": "POOL/ORIGIN" }');
  if (config === undefined) return { origin: origin as OriginId };
  const given = configIn(config);
  if (given !== undefined && canBeProbed(given, origin as OriginId))
    return { origin: origin as OriginId, config: given };
  throw new HttpError(
    400,
    '`config` is not a normalised configuration, or a monitor group in it has more than 100 members: send the one that `lb` makes from a file',
  );
}

function configIn(config: unknown): Config | undefined {
  try {
    const given = configDocument({ format: 1, version: 0, config }).config;
    return { ...given, monitors: given.monitors ?? {} };
  } catch {
    return undefined;
  }
}

/** Each member of a monitor group is a probe. More would make one request a flood. */
const MAX_MEMBERS = 100;

/** Whether an origin has what a probe reads of it, and each monitor and group too. An origin that is not there gets 404 later. */
function canBeProbed({ pools, monitors, monitor_groups = {} }: Config, id: OriginId): boolean {
  const origins: unknown[] = Object.values(pools).flatMap((pool): unknown[] => pool.origins);
  return (
    origins.every((origin) => isFields(origin)) &&
    origins.every((origin) => origin['id'] !== id || isWhole(origin)) &&
    Object.values(monitors).every((monitor: unknown) => isFields(monitor) && isFields(monitor['headers'])) &&
    Object.values(monitor_groups).every(isGroup)
  );
}

function isGroup(members: unknown): boolean {
  return Array.isArray(members) && members.length <= MAX_MEMBERS && members.every(isFields);
}

function isWhole({ url, address, proxy }: Record<string, unknown>): boolean {
  return (
    typeof url === 'string' && URL.canParse(url) && typeof address === 'string' && typeof proxy === 'string'
  );
}

function isFields(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
