import { HttpError } from '../../shared/errors.ts';
import { errorPage } from './error_page.ts';
import { Refusal } from './refusal.ts';
import { jsonResponse } from './respond.ts';
import { failed, mistakesShown } from './routes/cloudflare/envelope.ts';
import { signInPage } from './sign_in.ts';

/**
 * The answer to a request that failed: Cloudflare's envelope below `/client/v4`, a page for `/`, else `{ error, errors }`. Only an
 * {@link HttpError} is shown. Anything else is logged and becomes 500.
 */
export function renderError(error: unknown, path: string): Response {
  if (path.startsWith('/client/v4')) return failed(error);
  if (!(error instanceof HttpError)) console.error(error);
  const shown = error instanceof HttpError ? error : new HttpError(500, 'Internal Server Error');
  const { status, message, headers } = shown;
  if (path !== '/') {
    const errors = shown instanceof Refusal ? { errors: mistakesShown(shown) } : {};
    return jsonResponse(status, { error: message, ...errors }, headers);
  }
  // A session that ended, or none: the person signs in (again).
  return status === 401 ? signInPage(headers) : errorPage(status, message, headers);
}
