import { z } from 'zod';
import { Numbered } from '../numbered.ts';

/** What one side may ask the other: by kind, the question and its answer. All of it is data that can be cloned. */
export type Questions = Readonly<Record<string, { readonly question: unknown; readonly answer: unknown }>>;

/** Answers what the other side asks. @param withdrawn aborted when the answer is not wanted any more */
export type Answering<Asked extends Questions> = {
  readonly [Kind in keyof Asked]: (
    question: Asked[Kind]['question'],
    withdrawn: AbortSignal,
  ) => Asked[Kind]['answer'] | Promise<Asked[Kind]['answer']>;
};

/** One end of a line between two processes; what is sent arrives whole and in order, or the line breaks. */
export type Line = {
  send(message: object): void;
  onMessage(listener: (message: unknown) => void): void;
};

/** Questions to the process at the other end, and answers to its own. */
export type Channel<Asking extends Questions> = {
  /**
   * @param signal withdraws the question: the other side is told
   * @throws ChannelClosed, what the other side threw as an Error with its message, and the signal's reason
   */
  ask<Kind extends keyof Asking & string>(
    kind: Kind,
    question: Asking[Kind]['question'],
    signal?: AbortSignal,
  ): Promise<Asking[Kind]['answer']>;
  /** Asks, and waits for no answer. */
  tell<Kind extends keyof Asking & string>(kind: Kind, question: Asking[Kind]['question']): void;
  /** To be called when the other process has ended: nothing is answered any more, and what it asked is withdrawn. */
  close(): void;
};

/** The process at the other end is gone. */
export class ChannelClosed extends Error {
  override readonly name = 'ChannelClosed';

  constructor() {
    super('the process that was asked has ended');
  }
}

const Answer = z.discriminatedUnion('outcome', [
  z.object({ answers: z.int(), outcome: z.literal('answered'), answer: z.unknown() }),
  z.object({ answers: z.int(), outcome: z.literal('failed'), message: z.string() }),
]);
const Withdrawal = z.object({ withdraws: z.int() });
const Question = z.object({ asks: z.string(), number: z.int(), question: z.unknown() });

/** Both ends are the same program of the same version: questions and answers are what their kind says. */
function believe<Of>(_value: unknown): asserts _value is Of {}

/** Makes one end of a channel. */
export function createChannel<Asking extends Questions, Asked extends Questions>(
  line: Line,
  answering: Answering<Asked>,
): Channel<Asking> {
  type Waiting = { readonly answered: (answer: unknown) => void; readonly failed: (error: Error) => void };
  const waiting = new Numbered<Waiting>();
  /** What the other end waits for. */
  const underWay = new Numbered<AbortController>();
  let closed = false;

  const send = (message: object) => {
    if (!closed) line.send(message);
  };

  const isKind = (kind: string): kind is keyof Asked & string => Object.hasOwn(answering, kind);
  const answerTo = async <Kind extends keyof Asked & string>(
    kind: Kind,
    question: unknown,
    withdrawn: AbortSignal,
  ): Promise<unknown> => {
    believe<Asked[Kind]['question']>(question);
    return answering[kind](question, withdrawn);
  };

  const onQuestion = async ({ asks, number, question }: z.infer<typeof Question>) => {
    const controller = new AbortController();
    if (number > 0) underWay.put(number, controller);
    try {
      if (!isKind(asks)) throw new Error(`nobody answers ${asks}`);
      const answer = await answerTo(asks, question, controller.signal);
      if (number > 0) send({ answers: number, outcome: 'answered', answer });
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      if (number > 0) send({ answers: number, outcome: 'failed', message });
    } finally {
      underWay.take(number);
    }
  };

  line.onMessage((message) => {
    const answer = Answer.safeParse(message);
    if (answer.success) {
      const asked = waiting.take(answer.data.answers);
      if (answer.data.outcome === 'answered') asked?.answered(answer.data.answer);
      else asked?.failed(new Error(answer.data.message));
      return;
    }
    const withdrawal = Withdrawal.safeParse(message);
    if (withdrawal.success) underWay.get(withdrawal.data.withdraws)?.abort();
    const question = Question.safeParse(message);
    if (question.success) void onQuestion(question.data);
  });

  return {
    ask: async <Kind extends keyof Asking & string>(
      kind: Kind,
      question: Asking[Kind]['question'],
      signal?: AbortSignal,
    ) => {
      signal?.throwIfAborted();
      if (closed) throw new ChannelClosed();
      const { promise, resolve: answered, reject: failed } = Promise.withResolvers<unknown>();
      const number = waiting.enter({ answered, failed });
      const withdraw = () => {
        send({ withdraws: number });
        failed(signal?.reason);
      };
      signal?.addEventListener('abort', withdraw, { once: true });
      try {
        send({ asks: kind, number, question });
        const answer = await promise;
        believe<Asking[Kind]['answer']>(answer);
        return answer;
      } finally {
        // Also what could not be sent waits no longer: nobody would hear that it failed.
        waiting.take(number);
        signal?.removeEventListener('abort', withdraw);
      }
    },
    tell: (kind, question) => send({ asks: kind, number: 0, question }),
    close() {
      closed = true;
      for (const { failed } of waiting.takeAll()) failed(new ChannelClosed());
      for (const controller of underWay.all()) controller.abort();
    },
  };
}
