import assert from 'node:assert/strict';
import test from 'node:test';
import { signingTurn } from './signing-turn.ts';

test('all who ask in one turn of the event loop go on together, and the next turn is another', async () => {
  const order: string[] = [];
  const ask = (name: string) => signingTurn().then(() => order.push(name));
  const first = [ask('one'), ask('two')];
  await new Promise<void>((resolve) => setImmediate(resolve));
  await Promise.all(first);
  assert.deepEqual(order, ['one', 'two']);
  await ask('three');
  assert.deepEqual(order, ['one', 'two', 'three']);
});
