import assert from 'node:assert/strict';
import test from 'node:test';
import { type OutboundFetch, OutboundRefused } from '../outbound/outbound-fetch.ts';
import { measuredFetch } from './measured-fetch.ts';
import { createMetrics } from './metrics.ts';

test('what is fetched is counted by its purpose and outcome, and handed on as it is', async () => {
  const metrics = createMetrics();
  const answer = { status: 200, headers: {}, body: new Uint8Array() };
  const refused = new OutboundRefused('timeout', 'not done within 1 ms');
  const fetch: OutboundFetch = async ({ url }) => {
    if (url.endsWith('late')) throw refused;
    return answer;
  };
  const count = (purpose: string, outcome: string) => metrics.outboundRequests.of({ purpose, outcome }).value;
  const measured = measuredFetch(fetch, metrics);
  assert.match(
    await metrics.registry.metrics(),
    /^countersign_outbound_requests_total\{purpose="revocation",outcome="timeout"\} 0$/m,
  );
  const request = { purpose: 'keys', maxBytes: 1, timeoutMs: 1 } as const;
  assert.equal(await measured({ ...request, url: 'https://a.example/keys' }), answer);
  await assert.rejects(measured({ ...request, url: 'https://a.example/late' }), (error) => error === refused);
  assert.deepEqual(
    [count('keys', 'success'), count('keys', 'timeout'), count('revocation', 'timeout')],
    [1, 1, 0],
  );
  assert.match(
    await metrics.registry.metrics(),
    /^countersign_outbound_request_duration_seconds_count\{purpose="keys"\} 2$/m,
  );
});
