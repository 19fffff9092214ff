import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { type Channel, ChannelClosed, createChannel, type Line } from './channel.ts';

type Asked = {
  readonly double: { readonly question: number; readonly answer: number };
  readonly wait: { readonly question: undefined; readonly answer: string };
  readonly note: { readonly question: string; readonly answer: undefined };
};

/** Two ends of a line on which everything arrives a turn of the event loop later, cloned. */
function line(): readonly [Line, Line] {
  const end = () => {
    const listeners: ((message: unknown) => void)[] = [];
    return { listeners, onMessage: (listener: (message: unknown) => void) => void listeners.push(listener) };
  };
  const [a, b] = [end(), end()];
  const to = (other: typeof a) => (message: object) => {
    const sent: unknown = structuredClone(message);
    void setImmediate().then(() => {
      for (const listener of other.listeners) listener(sent);
    });
  };
  return [
    { send: to(b), onMessage: a.onMessage },
    { send: to(a), onMessage: b.onMessage },
  ];
}

function pair(): {
  readonly asking: Channel<Asked>;
  readonly answering: Channel<Record<never, never>>;
  readonly notes: string[];
  readonly withdrawn: () => boolean;
} {
  const [here, there] = line();
  const notes: string[] = [];
  let isWithdrawn = false;
  const answering = createChannel<Record<never, never>, Asked>(there, {
    double(number) {
      if (Number.isNaN(number)) throw new RangeError('that is no number');
      return 2 * number;
    },
    wait: (_question, signal) =>
      new Promise((resolve) => {
        signal.addEventListener('abort', () => {
          isWithdrawn = true;
          resolve('withdrawn');
        });
      }),
    note(text) {
      notes.push(text);
      return undefined;
    },
  });
  const asking = createChannel<Asked, Record<never, never>>(here, {});
  return { asking, answering, notes, withdrawn: () => isWithdrawn };
}

test('many questions at once have their own answers', async () => {
  const { asking } = pair();
  const answers = await Promise.all([1, 2, 3].map((number) => asking.ask('double', number)));
  assert.deepEqual(answers, [2, 4, 6]);
});

test('what the other side throws is thrown here, with its message', async () => {
  const { asking } = pair();
  await assert.rejects(asking.ask('double', Number.NaN), /that is no number/);
});

test('what is told comes before what is asked later', async () => {
  const { asking, notes } = pair();
  asking.tell('note', 'first');
  asking.tell('note', 'second');
  await asking.ask('double', 1);
  assert.deepEqual(notes, ['first', 'second']);
});

test('a question that is withdrawn ends at both sides', async () => {
  const { asking, withdrawn } = pair();
  const controller = new AbortController();
  const asked = asking.ask('wait', undefined, controller.signal);
  await setImmediate();
  controller.abort(new Error('not wanted any more'));
  await assert.rejects(asked, /not wanted any more/);
  await asking.ask('double', 1);
  assert.equal(withdrawn(), true);
  await assert.rejects(asking.ask('wait', undefined, controller.signal), /not wanted any more/);
});

test('an answer that comes too late is not that of the next question', async () => {
  const { asking } = pair();
  const controller = new AbortController();
  const withdrawn = asking.ask('wait', undefined, controller.signal);
  await setImmediate();
  controller.abort(new Error('not wanted any more'));
  await assert.rejects(withdrawn, /not wanted any more/);
  assert.equal(await asking.ask('double', 4), 8);
});

test('what cannot be sent fails once, and not again when the other process ends', async (t) => {
  const unhandled: unknown[] = [];
  const note = (error: unknown) => void unhandled.push(error);
  process.on('unhandledRejection', note);
  t.after(() => process.off('unhandledRejection', note));
  const asking = createChannel<Asked, Record<never, never>>(
    {
      send() {
        throw new TypeError('it cannot be cloned');
      },
      onMessage: () => {},
    },
    {},
  );
  await assert.rejects(asking.ask('double', 1), /cannot be cloned/);
  asking.close();
  await setImmediate();
  await setImmediate();
  assert.deepEqual(unhandled, []);
});

test('a process that ends leaves nobody waiting, and what it asked is withdrawn', async () => {
  const { asking, answering, withdrawn } = pair();
  const asked = asking.ask('wait', undefined);
  const refused = assert.rejects(asked, ChannelClosed);
  await setImmediate();
  await setImmediate();
  answering.close();
  assert.equal(withdrawn(), true);
  asking.close();
  await refused;
  await assert.rejects(asking.ask('double', 1), ChannelClosed);
});
