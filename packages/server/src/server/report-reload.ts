import type { ReloadReport } from '../config/configuration.ts';
import type { EventRecorder } from '../event/event-recorder.ts';

/** Makes one event of a change on disk: taken up, kept back, or waiting for the next start. */
export function reportReload(report: ReloadReport, events: EventRecorder): void {
  const { file } = report;
  switch (report.outcome) {
    case 'applied':
      events.record({
        type: 'configuration.reloaded',
        outcome: 'success',
        detail: { file, changed: report.changed },
      });
      break;
    case 'needs-restart':
      events.record({
        type: 'configuration.needs_restart',
        outcome: 'success',
        detail: { file, keys: report.keys },
      });
      break;
    case 'kept-last-good':
      events.record({
        type: 'configuration.kept_last_good',
        outcome: 'failure',
        detail: { file, error: report.error.message },
      });
  }
}
