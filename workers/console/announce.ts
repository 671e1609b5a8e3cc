import { configHash } from '../../shared/authoring/document.ts';
import type { Operator } from '../../shared/contracts/control.ts';
import { configDocument } from '../../shared/documents/check.ts';
import { HttpError } from '../../shared/errors.ts';
import type { ConfigDocument } from '../../shared/model/config.ts';
import { jsonBody } from './json_body.ts';

/**
 * 1,000 load balancers with 8,000 origins are 2.2 MB, and rules may double that. A body of this limit and all that is parsed from it
 * take about four times as much, which fits into the 128 MB of an isolate.
 */
const MAX_BODY_BYTES = 8_000_000;

/**
 * Passes a configuration that was just published to the health Worker's coordinator, so that gateways follow at once. The body is a
 * `ConfigDocument`.
 * @returns `accepted` is false if the coordinator knows a newer version
 * @throws {HttpError} 400, 413, 415 or 503
 */
export async function announce(
  request: Request,
  operator: Operator | undefined,
): Promise<{ accepted: boolean }> {
  if (operator === undefined)
    throw new HttpError(503, 'OPERATOR is not bound: add it under [[services]] in wrangler.console.toml');
  const document = await checked(await jsonBody(request, MAX_BODY_BYTES, 'a published document'));
  try {
    return { accepted: await operator.announce(document) };
  } catch (cause) {
    console.error(`console: the health Worker failed: ${String(cause)}`);
    throw new HttpError(503, 'The health Worker does not answer: deploy it with `npm run deploy:health`', {
      cause,
    });
  }
}

/** Checks the document. A wrong hash must not pass, because caches would keep the body under it. */
async function checked(value: unknown): Promise<ConfigDocument> {
  let document: ConfigDocument;
  try {
    document = configDocument(value);
  } catch {
    throw new HttpError(
      400,
      'The body is no configuration document of format 1: send what `lb publish` published',
    );
  }
  const { version, hash, published_at, config } = document;
  if (!Number.isSafeInteger(version) || version < 1)
    throw new HttpError(400, '`version` is not a whole number above 0: send what `lb publish` published');
  if (typeof published_at !== 'string' || Number.isNaN(Date.parse(published_at)))
    throw new HttpError(400, '`published_at` is not a time: send what `lb publish` published');
  if (hash !== (await configHash(config)))
    throw new HttpError(400, '`hash` is not that of `config`: send what `lb publish` published');
  return { format: 1, version, hash, published_at, config };
}
