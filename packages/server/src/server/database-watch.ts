import { Gauge } from 'prom-client';
import type { EventDraft } from '../event/event.ts';
import type { Metrics } from '../event/metrics.ts';
import type { Reach, StorageNotice } from '../storage/reach.ts';

const SECOND = 1000;

/** The event that tells of what became of the database. */
export function eventOfNotice(notice: StorageNotice): EventDraft {
  switch (notice.kind) {
    case 'away':
      return { type: 'database.away', outcome: 'failure' };
    case 'reached':
      return { type: 'database.reached', outcome: 'success' };
    case 'clock wrong':
      return {
        type: 'database.clock_wrong',
        outcome: 'failure',
        detail: {
          clock_offset: notice.offset / SECOND,
          remedy: 'Set the clock of this machine, or of the database.',
        },
      };
    case 'clock right':
      return {
        type: 'database.clock_right',
        outcome: 'success',
        detail: { clock_offset: notice.offset / SECOND },
      };
    case 'went back':
      return {
        type: 'database.went_back',
        outcome: 'failure',
        detail: {
          last_change: notice.from,
          found: notice.to,
          meaning:
            'The database is not in the history it was in: a backup was restored, or a standby took over that lacked changes. What was changed, ended or revoked since is lost, or undone.',
        },
      };
  }
}

/** Has the metrics say how the database is reached. */
export function measureReach(
  { registry }: Pick<Metrics, 'registry'>,
  reach: Pick<Reach, 'state' | 'clockOffset'>,
): void {
  new Gauge({
    name: 'countersign_database_reached',
    help: 'Whether the database answers.',
    registers: [registry],
    collect() {
      this.set(reach.state() === 'reached' ? 1 : 0);
    },
  });
  new Gauge({
    name: 'countersign_database_clock_offset_seconds',
    help: "By how much the database's clock is ahead of this machine's.",
    registers: [registry],
    collect() {
      this.set(reach.clockOffset() / SECOND);
    },
  });
}
