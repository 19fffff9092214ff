import { answerProbe, type Health } from '../endpoint/health.ts';
import type { EventRecorder } from '../event/event-recorder.ts';
import { type PlainListener, startPlainListener } from './plain-listener.ts';

/** Serves the probes on a listener of their own: where the HTTPS listener asks for certificates few probes have one. */
export const startHealthListener = (
  health: Health,
  where: { readonly bind: string; readonly port: number },
  events: Pick<EventRecorder, 'recordSampled'>,
): Promise<PlainListener> =>
  startPlainListener(where, events, 'answering a probe', async (request, response) => {
    if (!(await answerProbe(health, request, response))) response.writeHead(404).end();
  });
