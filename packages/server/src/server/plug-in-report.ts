import { hostname } from 'node:os';
import type { PlugInReport } from '../plug-in-process/hosted-plug-in.ts';
import type { OpenHome } from './open-home.ts';

type Told = {
  readonly events: Pick<OpenHome['events'], 'record'>;
  readonly log: { info(about: object, line: string): void };
  readonly metrics: Pick<OpenHome['metrics'], 'plugInUp'>;
};

/** Tells log, events and metrics what becomes of the plug-in of a file. */
export const plugInReport =
  ({ events, log, metrics }: Told) =>
  (file: string): PlugInReport => ({
    failed({ cause, nextInMs, serves }) {
      metrics.plugInUp.set({ plug_in: file }, serves ? 1 : 0);
      events.record({
        type: 'plug_in.failed',
        outcome: 'failure',
        detail: { file, node: hostname(), cause, serves, next_start_in: Math.ceil(nextInMs / 1000) },
      });
    },
    started() {
      metrics.plugInUp.set({ plug_in: file }, 1);
      events.record({ type: 'plug_in.started', outcome: 'success', detail: { file, node: hostname() } });
    },
    printed: (line) => log.info({ plug_in: file }, line),
  });
