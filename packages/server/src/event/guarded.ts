import type { EventRecorder } from './event-recorder.ts';

/** Records what was thrown where nobody waits for it. @param where names the work in the event */
export const recordThrown =
  (where: string, events: Pick<EventRecorder, 'recordSampled'>) =>
  (error: unknown): void => {
    events.recordSampled(
      'listener.failed',
      'failure',
      () => ({
        error: 'server_error',
        detail: { where, thrown: error instanceof Error ? (error.stack ?? error.message) : error },
      }),
      { because: 'internal_error' },
    );
  };

/**
 * Makes the work of a listener or a timer total: what it throws, now or later, ends no process and becomes an event.
 * Nobody waits for such work, so that nobody else could take its failure.
 * @param where names the work in the event
 */
export function guarded<Given extends readonly unknown[]>(
  where: string,
  events: Pick<EventRecorder, 'recordSampled'>,
  work: (...given: Given) => unknown,
): (...given: Given) => void {
  const failed = recordThrown(where, events);
  return (...given) => {
    try {
      const done = work(...given);
      if (done instanceof Promise) done.catch(failed);
    } catch (error) {
      failed(error);
    }
  };
}
