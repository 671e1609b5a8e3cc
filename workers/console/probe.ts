import type { Previewer, PreviewResult } from '../../shared/contracts/preview.ts';
import { configDocument } from '../../shared/documents/published.ts';
import { HttpError } from '../../shared/errors.ts';
import type { Config } from '../../shared/model/config.ts';
import type { OriginId } from '../../shared/model/ids.ts';

/** Far more than a configuration of a thousand origins. */
const MAX_BODY_BYTES = 1_000_000;

/**
 * Has the health Worker probe one origin, now and without consequences, as Cloudflare's `monitors/{id}/preview` does.
 * The body is `{ "origin": "eu/eu-1", "config": … }`; the configuration, normalised, in place of the published one.
 * @throws {HttpError} 400, 404, 413, 415 or 503, with what to do about it
 */
export async function probe(
  request: Request,
  previewer: Previewer | undefined,
): Promise<{ origin: OriginId; results: PreviewResult[] }> {
  if (previewer === undefined)
    throw new HttpError(503, 'The health Worker is not bound: see [[services]] in wrangler.console.toml');
  const { origin, config } = await asked(request);
  let results: PreviewResult[] | undefined;
  try {
    results = await previewer.preview({ origin, ...(config === undefined ? {} : { config }) });
  } catch (cause) {
    console.error(`console: the health Worker failed: ${String(cause)}`);
    throw new HttpError(
      503,
      'The health Worker does not answer: is it deployed, and newer than this console?',
      { cause },
    );
  }
  if (results === undefined) throw new HttpError(404, `The configuration has no origin "${origin}"`);
  return { origin, results };
}

/** A form of another site cannot send JSON without asking first: so no page makes a browser with a password do this. */
async function asked(request: Request): Promise<{ origin: OriginId; config?: Config }> {
  const type = request.headers.get('content-type') ?? '';
  if (type.split(';')[0]?.trim().toLowerCase() !== 'application/json')
    throw new HttpError(415, 'Send JSON, with `content-type: application/json`');
  const text = await request.text();
  if (text.length > MAX_BODY_BYTES) throw new HttpError(413, `Send at most ${MAX_BODY_BYTES} bytes`);
  let body: { origin?: unknown; config?: unknown } | null;
  try {
    body = JSON.parse(text);
  } catch {
    throw new HttpError(400, 'The body is not JSON');
  }
  const { origin, config } = body ?? {};
  if (typeof origin !== 'string' || !origin.includes('/'))
    throw new HttpError(400, 'Name an origin: { "origin": "POOL/ORIGIN" }');
  if (config === undefined) return { origin: origin as OriginId };
  try {
    const document = configDocument({ format: 1, version: 0, config });
    return {
      origin: origin as OriginId,
      config: { ...document.config, monitors: document.config.monitors ?? {} },
    };
  } catch {
    throw new HttpError(400, '`config` is not a normalised configuration');
  }
}
