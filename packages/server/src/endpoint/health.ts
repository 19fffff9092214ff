import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Endpoint } from './endpoint.ts';

/** Whether requests should come here, in a word. */
export type Readiness =
  | 'ready'
  /** The database is away; what needs none goes on. */
  | 'degraded'
  /** There is no database yet, or not everything is built. */
  | 'starting'
  /** The process was told to end, and answers what still comes. */
  | 'draining'
  | 'unavailable';

/** What probes are told of. */
export type Health = {
  /** @param writes whether what must be written could be; asked of the database, and answered within three seconds */
  readiness(writes: boolean): Promise<Readiness>;
};

type HealthAnswer = { readonly code: 200 | 503; readonly status: string };

const PATHS = ['/health/live', '/health/ready'] as const;

/**
 * The answer to a probe: `/health/live` while the process can answer at all, `/health/ready` by its readiness, with
 * `?writes` by whether it could write too.
 * @param url path and query
 * @returns undefined for any other path
 */
async function answerTo(health: Health, url: string): Promise<HealthAnswer | undefined> {
  const [path = '', query = ''] = url.split('?', 2);
  if (path === '/health/live') return { code: 200, status: 'live' };
  if (path !== '/health/ready') return undefined;
  const status = await health.readiness(new URLSearchParams(query).has('writes'));
  return { code: status === 'ready' || status === 'degraded' ? 200 : 503, status };
}

/** The probes at the listeners of clients. */
export function healthEndpoint(health: Health): Endpoint {
  return {
    metadata: {},
    register(app) {
      for (const path of PATHS) {
        app.get(path, async ({ raw: { url = path } }, reply) => {
          const answer = await answerTo(health, url);
          if (answer === undefined) return reply.callNotFound();
          return reply.code(answer.code).header('cache-control', 'no-store').send({ status: answer.status });
        });
      }
    },
  };
}

/**
 * The probes where there is no application: on a listener of their own, and before there is one.
 * @returns whether the request was one, and was answered
 */
export async function answerProbe(
  health: Health,
  { method, url = '' }: IncomingMessage,
  response: ServerResponse,
): Promise<boolean> {
  const answer = method === 'GET' || method === 'HEAD' ? await answerTo(health, url) : undefined;
  if (answer === undefined) return false;
  response
    .writeHead(answer.code, {
      'content-type': 'application/json; charset=utf-8',
      'cache-control': 'no-store',
    })
    .end(method === 'HEAD' ? undefined : JSON.stringify({ status: answer.status }));
  return true;
}
