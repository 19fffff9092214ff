import assert from 'node:assert/strict';
import test from 'node:test';
import Fastify from 'fastify';
import { recorderInto } from '../../test/recorder-into.ts';
import type { Origin } from '../client-authentication/origin.ts';
import type { EventDraft } from '../event/event.ts';
import { answerRefusals } from './oauth-replies.ts';

const origin: Origin = { kind: 'no-certificate', remote_address: '192.0.2.1' };

/** A server whose routes fail in every place a failure can happen, under the handler of last resort. */
function failing(decideOrigin: () => Origin) {
  const recorded: EventDraft[] = [];
  const reported: unknown[] = [];
  const app = Fastify();
  const context = {
    events: recorderInto(recorded),
    reportError: (error: unknown) => reported.push(error),
    realm: 'countersign',
  };
  app.decorateRequest('origin');
  app.addHook('onRequest', async (request) => {
    request.setDecorator<Origin>('origin', decideOrigin());
  });
  answerRefusals(app, 'route.refused', context);
  app.get('/throws', async () => {
    throw new RangeError('secret: Invalid time value');
  });
  app.get('/throws-text', () => Promise.reject('secret text'));
  app.register(async (inner) => {
    inner.setErrorHandler(() => {
      throw new TypeError('secret: the handler itself');
    });
    inner.get('/handler', async () => {
      throw new Error('secret');
    });
  });
  return { app, recorded, reported };
}

test('whatever is thrown, the answer is server_error with the id of its event, and tells nothing of it', async () => {
  const { app, recorded, reported } = failing(() => origin);
  for (const url of ['/throws', '/throws-text', '/handler']) {
    const { statusCode, headers, body } = await app.inject({ url });
    assert.equal(statusCode, 500, url);
    assert.equal(headers['countersign-event-id'], 'XXXX-XXXX-XX', url);
    assert.deepEqual(JSON.parse(body), {
      error: 'server_error',
      error_description: 'The server failed to answer.',
    });
  }
  assert.deepEqual(
    recorded.map(({ type, outcome, because, remote_address }) => [type, outcome, because, remote_address]),
    recorded.map(() => ['route.refused', 'failure', 'internal_error', '192.0.2.1']),
  );
  assert.equal(recorded.length, 3);
  assert.match(String(reported[0]), /secret: Invalid time value/);
});

test('a request whose origin could not be decided is answered and recorded too', async () => {
  const { app, recorded } = failing(() => {
    throw new TypeError('secret: of undefined');
  });
  const { statusCode, body } = await app.inject({ url: '/throws' });
  assert.equal(statusCode, 500);
  assert.doesNotMatch(body, /secret/);
  assert.equal(recorded[0]?.because, 'internal_error');
});

test('what a request is to blame for is told by its event, and no error in the log', async () => {
  const { app, recorded, reported } = failing(() => origin);
  app.post('/form', { bodyLimit: 10 }, async () => ({}));
  const post = async (type: string, payload: string) => {
    const { statusCode } = await app.inject({
      method: 'POST',
      url: '/form',
      headers: { 'content-type': type },
      payload,
    });
    return statusCode;
  };
  assert.equal(await post('text/unheard-of', 'x'), 400);
  assert.equal(await post('application/json', '{'), 400);
  assert.equal(await post('application/json', '"more than that"'), 413);
  assert.deepEqual(
    recorded.map(({ because }) => because),
    ['malformed_request', 'malformed_request', 'request_too_large'],
  );
  assert.deepEqual(reported, []);
});
