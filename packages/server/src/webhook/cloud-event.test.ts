import assert from 'node:assert/strict';
import test from 'node:test';
import { event } from '../../test/storage-contract.ts';
import { deliveriesOf } from './cloud-event.ts';
import type { Webhook } from './webhook.ts';

const DAY = 86_400_000;
const webhook = (id: string, ...events: readonly string[]): Webhook => ({
  id,
  url: 'https://hooks.example/x',
  secret: 's'.repeat(24),
  events,
  timeout: 15,
  retry_delays: [5],
});
const ISSUER = 'https://localhost:9443';
const ids = (type: string, ...webhooks: readonly Webhook[]) =>
  deliveriesOf(event({ type }), webhooks, ISSUER).map((delivery) => delivery.webhook);

test('a webhook is told of the types, families and all that it names', () => {
  const named = [
    webhook('type', 'token.refused'),
    webhook('family', 'token.*'),
    webhook('all', '*'),
    webhook('two', 'expiry.*', 'token.issued'),
  ];
  assert.deepEqual(ids('token.refused', ...named), ['type', 'family', 'all']);
  assert.deepEqual(ids('token.issued', ...named), ['family', 'all', 'two']);
  assert.deepEqual(ids('expiry.passed', ...named), ['all', 'two']);
  assert.deepEqual(ids('tokens.swept', ...named), ['all']);
});

test('of its own deliveries a webhook is told nothing, of those of others it is', () => {
  const about = event({ type: 'webhook.undelivered', object: { kind: 'webhook', id: 'one' } });
  const told = deliveriesOf(about, [webhook('one', '*'), webhook('other', 'webhook.*')], ISSUER);
  assert.deepEqual(
    told.map((delivery) => delivery.webhook),
    ['other'],
  );
});

test('the body is the event in words as a CloudEvent, the same each time', () => {
  const refused = event({
    event_id: 'ABCD-EFGH-JK',
    time: 1_700_000_000_000,
    type: 'token.refused',
    outcome: 'refused',
    because: 'certificate_expired',
    client_id: 'a',
  });
  const [delivery, ...more] = deliveriesOf(refused, [webhook('on-call', '*')], ISSUER);
  assert.ok(delivery);
  assert.deepEqual(more, []);
  const { data, ...envelope } = JSON.parse(delivery.body);
  assert.deepEqual(envelope, {
    specversion: '1.0',
    id: 'ABCD-EFGH-JK_on-call',
    source: ISSUER,
    type: 'countersign.token.refused',
    subject: 'client/a',
    time: '2023-11-14T22:13:20.000Z',
    datacontenttype: 'application/json',
  });
  assert.equal(data.event_id, 'ABCD-EFGH-JK');
  assert.equal(data.time, envelope.time);
  assert.ok(data.what.length > 0 && data.remedy.length > 0);
  assert.deepEqual(deliveriesOf(refused, [webhook('on-call', '*')], ISSUER), [delivery]);
});

test('notices of ends are known for 400 days, anything else for 30', () => {
  const kept = (type: string) => {
    const [delivery] = deliveriesOf(event({ type, time: 0 }), [webhook('a', '*')], ISSUER);
    return (delivery?.expires_at ?? 0) / DAY;
  };
  assert.deepEqual([kept('expiry.approaching'), kept('client.created')], [400, 30]);
});
