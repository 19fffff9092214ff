import type { ReloadReport } from '../config/configuration.ts';
import type { Changes } from '../event/changes.ts';
import type { EventRecorder } from '../event/event-recorder.ts';

/** Makes one event of a change on disk: taken up, kept back, or waiting for the next start. */
export function reportReload(report: ReloadReport, told: Changes, events: EventRecorder): void {
  const { file } = report;
  const changes = Object.keys(told).length > 0 && { changes: told };
  // Whoever wrote the file is not known to the server that reads it.
  const inFile = {
    actor: { name: 'whoever wrote the file', through: 'configuration' },
    object: { kind: 'configuration', id: file },
  } as const;
  switch (report.outcome) {
    case 'applied':
      events.record({
        type: 'configuration.reloaded',
        ...inFile,
        outcome: 'success',
        ...changes,
        detail: { file, changed: report.changed },
      });
      break;
    case 'needs-restart':
      events.record({
        type: 'configuration.needs_restart',
        ...inFile,
        outcome: 'success',
        ...changes,
        detail: { file, keys: report.keys },
      });
      break;
    case 'kept-last-good':
      events.record({
        type: 'configuration.kept_last_good',
        ...inFile,
        outcome: 'failure',
        detail: { file, error: report.error.message },
      });
  }
}
