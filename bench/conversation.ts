import { connect, type TLSSocket } from 'node:tls';
import { type Identity, tlsOf } from './key-material.ts';
import { render } from './rendering.ts';
import { type Answer, ResponseReader, takenFrom } from './response-reader.ts';
import type { Step, Variables } from './step.ts';
import { freshValues } from './unique-values.ts';
import type { Script } from './workloads/plan.ts';

const PATIENCE_MS = 60_000;

/** A kept-alive connection that asks one thing after the other, as the load does, but for its answers. */
export type Conversation = {
  /** @throws Error when the connection ends before the whole answer */
  say(step: Step, variables?: Variables): Promise<Answer>;
  close(): void;
};

/**
 * Connects to a server on this machine.
 * @param folder of the key material
 * @throws Error with the code of the system, such as ECONNREFUSED
 */
export async function openConversation(
  port: number,
  identity: Identity,
  folder: string,
): Promise<Conversation> {
  const { promise: connected, resolve, reject } = Promise.withResolvers<void>();
  const socket: TLSSocket = connect(
    {
      host: '127.0.0.1',
      port,
      servername: 'localhost',
      ALPNProtocols: ['http/1.1'],
      ...tlsOf(identity, folder),
    },
    resolve,
  );
  let onAnswer: ((answer: Answer) => void) | undefined;
  let onFailure: (error: Error) => void = reject;
  const reader = new ResponseReader();
  socket.setTimeout(PATIENCE_MS, () => socket.destroy(new Error(`no answer within ${PATIENCE_MS} ms`)));
  socket.on('error', (error) => onFailure(error));
  socket.on('close', () => onFailure(new Error('the server closed the connection')));
  socket.on('data', (chunk: Buffer) => {
    try {
      const answer = reader.read(chunk);
      if (answer) onAnswer?.(answer);
    } catch (error) {
      onFailure(error instanceof Error ? error : new Error(String(error)));
    }
  });
  await connected;
  return {
    say(step, variables = {}) {
      const { promise, ...settle } = Promise.withResolvers<Answer>();
      onAnswer = settle.resolve;
      onFailure = settle.reject;
      if (socket.destroyed) return Promise.reject(new Error('the server closed the connection'));
      const rendering = render(step, `localhost:${port}`, 'keep-alive');
      socket.write(rendering.kind === 'fixed' ? rendering.request : rendering.request(variables));
      return promise;
    },
    close() {
      onFailure = () => {};
      socket.destroy();
    },
  };
}

/** What came of all steps of a script: the last answer, and what is known now. */
export type Outcome = { readonly answer: Answer; readonly variables: Variables };

/**
 * Does a script's steps once, with fresh values.
 * @throws Error at the first answer that is not as its step says
 */
export async function carryOut(
  conversation: Conversation,
  { steps, makers }: Pick<Script, 'steps' | 'makers'>,
  folder: string,
  seed: Variables = {},
): Promise<Outcome> {
  const variables: Record<string, string> = { ...seed, ...freshValues(makers, folder)() };
  let answer: Answer | undefined;
  for (const step of steps) {
    answer = await conversation.say(step, variables);
    Object.assign(variables, takenFrom(answer, step));
  }
  if (!answer) throw new Error('a script without steps');
  return { answer, variables };
}
