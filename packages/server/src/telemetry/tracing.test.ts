import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { serveHttp } from '../../test/https-on-loopback.ts';
import { currentTrace, span } from './span.ts';
import { createTracing, type TraceHeaders } from './tracing.ts';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const sent = (flags: string): TraceHeaders => ({ traceparent: `00-${TRACE}-00f067aa0ba902b7-${flags}` });

/** Tracing to a receiver that takes everything. */
async function tracing(t: TestContext, sampleRatio: number) {
  let received = 0;
  const receiver = await serveHttp(t, (request, response) => {
    request.resume().on('end', () => {
      received++;
      response.end();
    });
  });
  const made = await createTracing({ otlp_endpoint: receiver.origin }, sampleRatio, {}, '0', () => {});
  t.after(() => made.close());
  return { ...made, received: () => received };
}

test('what runs within a request is in its trace, across what it waits for; what runs beside is in none', async (t) => {
  const { begin, close, received } = await tracing(t, 1);
  const request = begin('GET /', {}, undefined) ?? assert.fail();
  const inside = request.run(() =>
    span('outer', async () => {
      const outer = currentTrace();
      await pause(1);
      const inner = span('inner', () => currentTrace());
      return [outer, inner, currentTrace()];
    }),
  );
  assert.equal(currentTrace(), undefined);
  const [outer, inner, after] = await inside;
  assert.equal(outer?.trace_id, request.ids.trace_id);
  assert.equal(inner?.trace_id, request.ids.trace_id);
  assert.equal(new Set([request.ids.span_id, outer?.span_id, inner?.span_id]).size, 3);
  assert.deepEqual(after, outer);
  request.end({}, false);
  await close();
  assert.equal(received(), 1);
});

test('a request is in the sample, or not, as the ratio has it; a peer decides for its own', async (t) => {
  const { begin } = await tracing(t, 0);
  assert.equal(begin('GET /', {}, undefined), undefined);
  assert.equal(begin('GET /', {}, { traceparent: 'nonsense' }), undefined);
  const unsampled = begin('GET /', {}, sent('00')) ?? assert.fail();
  assert.equal(unsampled.ids.trace_id, TRACE);
  assert.equal(unsampled.traceparent.slice(-2), '00');
  unsampled.run(() => span('part', (note) => assert.equal(note, undefined)));
  const sampled = begin('GET /', {}, sent('01')) ?? assert.fail();
  assert.equal(sampled.traceparent, `00-${TRACE}-${sampled.ids.span_id}-01`);
  sampled.run(() => span('part', (note) => assert.notEqual(note, undefined)));
});

test('what work throws is thrown, and what it returns is returned as it is', async (t) => {
  const { begin } = await tracing(t, 1);
  const request = begin('GET /', {}, undefined) ?? assert.fail();
  await request.run(async () => {
    const promise = Promise.resolve(1);
    assert.equal(
      span('part', () => promise),
      promise,
    );
    await assert.rejects(
      span('part', () => Promise.reject(new RangeError('late'))),
      RangeError,
    );
    assert.throws(
      () =>
        span('part', () => {
          throw new TypeError('at once');
        }),
      TypeError,
    );
  });
});
