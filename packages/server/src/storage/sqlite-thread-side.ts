import { parentPort } from 'node:worker_threads';
import type { Questions } from './sqlite-thread.ts';
import { told } from './told.ts';

/**
 * The other side of `SqliteThread`: answers questions until it is told to close. Those of one turn are worked on at once and
 * answered together.
 */
export function answerQuestions<Question>(
  work: (question: Question) => Promise<unknown> | unknown,
  close: () => void,
): void {
  const port = parentPort;
  if (port === null) throw new Error('this is the program of a thread');
  port.on('message', async (asked: Questions<Question> | 'close') => {
    if (asked === 'close') {
      close();
      port.close();
      return;
    }
    const { number, questions } = asked;
    const answers = await Promise.all(questions.map((question) => told(() => work(question))));
    port.postMessage({ number, answers });
  });
}
