import { z } from 'zod';

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

const isNothing = (): void => {};

/**
 * Makes one end of a channel. Both ends are the same program of the same version, so that questions and answers are
 * believed to be what their kind says.
 */
export function createChannel<Asking extends Questions, Asked extends Questions>(
  line: Line,
  answering: Answering<Asked>,
): Channel<Asking> {
  type Waiting = { readonly answered: (answer: unknown) => void; readonly failed: (error: Error) => void };
  const waiting = new Map<number, Waiting>();
  const underWay = new Map<number, AbortController>();
  let last = 0;
  let closed = false;

  const send = (message: object) => {
    if (!closed) line.send(message);
  };

  const isKind = (kind: string): kind is keyof Asked & string => Object.hasOwn(answering, kind);
  /** What stands in a question of this kind is what the other end of the same program put there. */
  const questionOf = <Kind extends keyof Asked & string>(_kind: Kind) => z.custom<Asked[Kind]['question']>();
  const answerTo = async <Kind extends keyof Asked & string>(
    kind: Kind,
    question: unknown,
    withdrawn: AbortSignal,
  ): Promise<unknown> => answering[kind](questionOf(kind).parse(question), withdrawn);

  const onQuestion = async ({ asks, number, question }: z.infer<typeof Question>) => {
    const controller = new AbortController();
    underWay.set(number, controller);
    try {
      if (!isKind(asks)) throw new Error(`nobody answers ${asks}`);
      const answer = await answerTo(asks, question, controller.signal);
      if (number > 0) send({ answers: number, outcome: 'answered', answer });
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      if (number > 0) send({ answers: number, outcome: 'failed', message });
    } finally {
      underWay.delete(number);
    }
  };

  line.onMessage((message) => {
    const answer = Answer.safeParse(message);
    if (answer.success) {
      const asked = waiting.get(answer.data.answers);
      waiting.delete(answer.data.answers);
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
      const number = ++last;
      const withdraw = { now: isNothing };
      try {
        const answer = await new Promise<unknown>((answered, failed) => {
          waiting.set(number, { answered, failed });
          withdraw.now = () => {
            waiting.delete(number);
            send({ withdraws: number });
            failed(signal?.reason);
          };
          signal?.addEventListener('abort', withdraw.now, { once: true });
          send({ asks: kind, number, question });
        });
        return z.custom<Asking[Kind]['answer']>().parse(answer);
      } finally {
        signal?.removeEventListener('abort', withdraw.now);
      }
    },
    tell: (kind, question) => send({ asks: kind, number: 0, question }),
    close() {
      closed = true;
      for (const { failed } of waiting.values()) failed(new ChannelClosed());
      waiting.clear();
      for (const controller of underWay.values()) controller.abort();
    },
  };
}
