import type { Endpoint } from './endpoint.ts';

/** `/health/live` answers while the process does, `/health/ready` while the database does too. */
export function healthEndpoint(ready: () => Promise<void>): Endpoint {
  return {
    metadata: {},
    register(app) {
      app.get('/health/live', async () => ({ status: 'live' }));
      app.get('/health/ready', async (_request, reply) => {
        try {
          await ready();
          return { status: 'ready' };
        } catch {
          return reply.code(503).send({ status: 'unavailable' });
        }
      });
    },
  };
}
