import type { EventRecorder } from '../event/event-recorder.ts';
import { recordThrown } from '../event/guarded.ts';

/**
 * Keeps a running server alive through what a library throws where nobody waits for it: an event in place of an exit,
 * which any stranger who finds such a place could cause again and again. What the server knows stands in the database,
 * written whole or not at all, so that nothing half done is gone on with.
 * @returns what takes the guard off
 */
export function guardProcess(events: Pick<EventRecorder, 'recordSampled'>): () => void {
  const onException = recordThrown('an event of the process', events);
  const onRejection = recordThrown('a promise nobody waits for', events);
  process.on('uncaughtException', onException);
  process.on('unhandledRejection', onRejection);
  return () => {
    process.off('uncaughtException', onException);
    process.off('unhandledRejection', onRejection);
  };
}
