import { LOAD_HEADERS } from '../../../../shared/contracts/carrying.ts';
import { type LoadReport, readLoadReport } from './orca.ts';

/** Takes the load report off an answer: it is the gateway's and no client's. */
export function takeReport(response: Response | undefined): {
  response: Response | undefined;
  report: LoadReport | undefined;
} {
  if (response === undefined) return { response, report: undefined };
  const { body, headers, webSocket } = response;
  const found = LOAD_HEADERS.filter((name) => headers.has(name));
  // A WebSocket handshake is passed on as it is.
  if (found.length === 0 || webSocket) return { response, report: undefined };
  const cleaned = new Response(body, response);
  for (const name of found) cleaned.headers.delete(name);
  return { response: cleaned, report: readLoadReport(headers) };
}
