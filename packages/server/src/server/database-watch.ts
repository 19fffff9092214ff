import { Gauge } from 'prom-client';
import type { EventDraft } from '../event/event.ts';
import type { Metrics } from '../event/metrics.ts';
import type { PoolUse, Reach, StorageNotice } from '../storage/reach.ts';

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

/** Has the metrics say what this process has of connections to a shared database; those of workers add up. */
export function measureConnections({ registry }: Pick<Metrics, 'registry'>, pool: () => PoolUse): void {
  new Gauge({
    name: 'countersign_database_connections',
    help: 'Connections to PostgreSQL: in_use by a request, or idle. There are none with SQLite.',
    labelNames: ['state'],
    registers: [registry],
    collect() {
      const { in_use, idle } = pool();
      this.set({ state: 'in_use' }, in_use);
      this.set({ state: 'idle' }, idle);
    },
  });
  new Gauge({
    name: 'countersign_database_requests_waiting',
    help: 'What waits for a connection to PostgreSQL. Not there with SQLite.',
    registers: [registry],
    collect() {
      this.set(pool().waiting);
    },
  });
  new Gauge({
    name: 'countersign_database_connections_max',
    help: 'The most connections to PostgreSQL there may be, besides one a process that watches it. Not there with SQLite.',
    registers: [registry],
    collect() {
      this.set(pool().max);
    },
  });
}

/** Has the metrics say how the database is reached. */
export function measureReach(
  { registry }: Pick<Metrics, 'registry'>,
  reach: Pick<Reach, 'state' | 'clockOffset'>,
): void {
  new Gauge({
    name: 'countersign_database_reached',
    help: 'Whether the database answers.',
    // Of several processes each asks: it is away where one of them has no answer.
    aggregator: 'min',
    registers: [registry],
    collect() {
      this.set(reach.state() === 'reached' ? 1 : 0);
    },
  });
  new Gauge({
    name: 'countersign_database_clock_offset_seconds',
    help: "By how much the database's clock is ahead of this machine's.",
    aggregator: 'average',
    registers: [registry],
    collect() {
      this.set(reach.clockOffset() / SECOND);
    },
  });
}
