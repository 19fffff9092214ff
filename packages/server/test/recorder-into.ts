import { CompiledQuery } from 'kysely';
import type { EventDraft } from '../src/event/event.ts';
import type { EventRecorder } from '../src/event/event-recorder.ts';

/** A recorder that keeps drafts in a list and stores nothing. */
export function recorderInto(recorded: EventDraft[] = []): EventRecorder {
  return {
    record(draft) {
      recorded.push(draft);
      return 'XXXX-XXXX-XX';
    },
    prepare: (draft) => ({
      event_id: 'XXXX-XXXX-XX',
      steps: [{ condition: 'the event is new', query: CompiledQuery.raw('select 1'), rows: 'one' }],
      settle: () => recorded.push(draft),
    }),
    recordSampled(type, outcome, draft, { because } = {}) {
      recorded.push({ type, outcome, ...(because !== undefined && { because }), ...draft() });
      return 'XXXX-XXXX-XX';
    },
    queueLength: () => 0,
    flush: async () => {},
    close: async () => {},
  };
}
