import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import Fastify from 'fastify';
import { createMetrics } from '../event/metrics.ts';
import { measureRequests } from './measured-requests.ts';

async function measured(t: TestContext) {
  const metrics = createMetrics();
  const app = Fastify();
  app.decorateRequest('refused_because', undefined);
  measureRequests(app, metrics);
  app.get('/oauth2/token', async () => 'token');
  app.get('/oauth2/authorize', async (request, reply) => {
    request.refused_because = 'scope_malformed';
    return reply.redirect('https://application.example/?error=invalid_scope');
  });
  app.get('/health/ready', async (_request, reply) => reply.code(503).send());
  app.register(async (inner) => {
    inner.get('/api/admin/v1/clients/:id', async (_request, reply) => reply.code(404).send());
    inner.setNotFoundHandler((_request, reply) => reply.code(404).send('none'));
  });
  await app.ready();
  t.after(() => app.close());
  return {
    ask: async (...urls: readonly string[]) => {
      for (const url of urls) await app.inject(url);
    },
    /** How many were measured, by endpoint and outcome. */
    counts: async () => {
      const counts =
        /^countersign_http_request_duration_seconds_count\{endpoint="(\w+)",outcome="(\w+)"\} (\d+)$/gm;
      return Object.fromEntries(
        Array.from((await metrics.registry.metrics()).matchAll(counts), ([, endpoint, outcome, count]) => [
          `${endpoint} ${outcome}`,
          Number(count),
        ]),
      );
    },
  };
}

test('a request is counted once, by its endpoint and by how it ended', async (t) => {
  const { ask, counts } = await measured(t);
  await ask(
    '/oauth2/token',
    '/oauth2/token',
    '/oauth2/authorize',
    '/health/ready',
    '/api/admin/v1/clients/a',
  );
  assert.deepEqual(await counts(), {
    'token success': 2,
    'authorize refused': 1,
    'health failure': 1,
    'admin refused': 1,
  });
});

test('paths that nobody registered make one series together', async (t) => {
  const { ask, counts } = await measured(t);
  await ask('/a', '/b/c', '/oauth2/token/x', '/api/admin/v1/clients/a/b');
  assert.deepEqual(await counts(), { 'other refused': 4 });
});
