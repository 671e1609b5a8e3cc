import type { IncomingMessage, ServerResponse } from 'node:http';
import { bodyOf, type LocalServer, listen } from '../../../tools/harness/http_server.ts';

/** An uploaded script. */
export interface Upload {
  script: string;
  /** Metadata from wrangler: bindings, compatibility date, migrations, … */
  metadata: {
    main_module?: string;
    bindings: Array<{ name: string; type: string; [key: string]: unknown }>;
    [key: string]: unknown;
  };
  bytes: number;
}

/** The part of Cloudflare's API that wrangler uses to deploy a Worker. The account is empty at first. */
export interface CloudflareApi extends LocalServer {
  /** In the order of arrival. */
  uploads: Upload[];
  /** Title of each KV namespace by its id. */
  namespaces: Map<string, string>;
  /** `METHOD path` of every call, in order; paths are relative to the account. */
  calls: string[];
  /** Scripts whose upload is refused. */
  refuse: Set<string>;
  /** Cron triggers by script. */
  schedules: Map<string, unknown>;
  /** Paths of the static assets of each script. */
  assets: Map<string, string[]>;
  /** Whether each script has a public workers.dev address. */
  public: Map<string, boolean>;
  /** Environment variables that direct wrangler to it. */
  env: Record<string, string>;
}

const ACCOUNT = '0123456789abcdef0123456789abcdef';

/** Starts it on a free port of 127.0.0.1. */
export async function startCloudflareApi(): Promise<CloudflareApi> {
  const local = await listen(async (request, response) => {
    const url = new URL(request.url ?? '/', 'http://api');
    const path = url.pathname.replace(`/client/v4/accounts/${ACCOUNT}`, '');
    const body = await bodyOf(request);
    api.calls.push(`${request.method} ${path}`);
    const [status, result] = await answer(api, request, path, body);
    reply(response, status, result);
  });
  const api: CloudflareApi = {
    ...local,
    uploads: [],
    namespaces: new Map(),
    calls: [],
    refuse: new Set(),
    schedules: new Map(),
    assets: new Map(),
    public: new Map(),
    env: {
      CLOUDFLARE_API_BASE_URL: `http://127.0.0.1:${local.port}/client/v4`,
      CLOUDFLARE_API_TOKEN: 'stand-in',
      CLOUDFLARE_ACCOUNT_ID: ACCOUNT,
    },
  };
  return api;
}

/** Sends a result, or Cloudflare's error code and message for a status other than 200. */
type Answer = [200, unknown] | [400 | 404, { code: number; message: string }];

async function answer(
  api: CloudflareApi,
  request: IncomingMessage,
  path: string,
  body: Buffer,
): Promise<Answer> {
  const call = `${request.method} ${path}`;
  const script = /^\/workers\/(?:scripts|services|workers)\/([^/]+)/.exec(path)?.[1] ?? '';
  const known = api.uploads.some((upload) => upload.script === script);

  if (call === 'GET /storage/kv/namespaces') {
    // wrangler asks for pages until one is empty.
    const first = (new URL(request.url ?? '/', 'http://api').searchParams.get('page') ?? '1') === '1';
    return [200, first ? [...api.namespaces].map(([id, title]) => ({ id, title })) : []];
  }
  if (call === 'POST /storage/kv/namespaces') {
    const { title } = JSON.parse(body.toString()) as { title: string };
    const id = String(api.namespaces.size + 1).padStart(32, 'a');
    api.namespaces.set(id, title);
    return [200, { id, title }];
  }
  if (call === 'GET /workers/subdomain') return [200, { subdomain: 'example' }];
  if (call === 'GET /workers/scripts') return [200, api.uploads.map((upload) => ({ id: upload.script }))];
  if (call === `PUT /workers/scripts/${script}`) return upload(api, request, script, body);
  if (call === `POST /workers/scripts/${script}/assets-upload-session`) {
    api.assets.set(script, Object.keys((JSON.parse(body.toString()) as { manifest: object }).manifest));
    // No bucket: it has all of these files already.
    return [200, { jwt: 'complete', buckets: [] }];
  }
  if (!known) return [404, { code: 10_007, message: 'This Worker does not exist on your account.' }];
  if (call === `GET /workers/services/${script}`)
    return [200, { default_environment: { script: { last_deployed_from: 'wrangler' } } }];
  if (call === `GET /workers/workers/${script}`)
    return [
      200,
      { id: script, subdomain: { enabled: api.public.get(script) ?? false, previews_enabled: false } },
    ];
  if (call === `GET /workers/scripts/${script}/secrets`) return [200, []];
  if (call === `GET /workers/scripts/${script}/deployments`) return [200, { deployments: [] }];
  // A script that exists gets a new version, which is then deployed.
  if (call === `POST /workers/scripts/${script}/versions`) return upload(api, request, script, body);
  if (call === `POST /workers/scripts/${script}/deployments`) return [200, { id: 'd' }];
  if (call === `PATCH /workers/scripts/${script}/script-settings`) return [200, {}];
  if (path.endsWith('/schedules')) {
    api.schedules.set(script, JSON.parse(body.toString()));
    return [200, { schedules: [] }];
  }
  if (path.endsWith('/subdomain')) {
    if (request.method === 'POST')
      api.public.set(script, (JSON.parse(body.toString()) as { enabled: boolean }).enabled);
    return [200, { enabled: api.public.get(script) ?? false, previews_enabled: false }];
  }
  return [404, { code: 10_000, message: `The stand-in does not know ${call}.` }];
}

async function upload(
  api: CloudflareApi,
  request: IncomingMessage,
  script: string,
  body: Buffer,
): Promise<Answer> {
  if (api.refuse.has(script)) return [400, { code: 10_021, message: 'Refused by the test.' }];
  const headers = { 'content-type': request.headers['content-type'] ?? '' };
  const form = await new Response(new Uint8Array(body), { headers }).formData();
  const metadata = JSON.parse(String(form.get('metadata'))) as Upload['metadata'];
  const missing = metadata.bindings.find(
    (binding) =>
      binding.type === 'service' && !api.uploads.some((upload) => upload.script === binding['service']),
  );
  // Production does the same, which is why callees are deployed first.
  if (missing !== undefined)
    return [400, { code: 10_143, message: `Could not resolve service binding '${missing.name}'.` }];
  api.uploads.push({ script, metadata, bytes: body.length });
  const id = String(api.uploads.length).padStart(32, '0');
  return [
    200,
    {
      id,
      deployment_id: id,
      startup_time_ms: 1,
      metadata: { has_preview: false },
      resources: { script: { etag: id }, script_runtime: {} },
    },
  ];
}

function reply(response: ServerResponse, status: number, result: unknown): void {
  const good = status === 200;
  response.writeHead(status, { 'content-type': 'application/json' }).end(
    JSON.stringify({
      success: good,
      errors: good ? [] : [result],
      messages: [],
      result: good ? result : null,
      result_info: { page: 1, per_page: 1_000, count: 1, total_count: 1, total_pages: 1 },
    }),
  );
}
