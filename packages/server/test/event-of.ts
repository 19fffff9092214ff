import type { RunningCountersign } from './countersign-process.ts';
import type { Answer } from './token-client.ts';

/** The logged event behind a refusal, by the id that the answer names. */
export async function eventOf(server: RunningCountersign, answer: Answer): Promise<Record<string, unknown>> {
  const id = answer.headers['countersign-event-id'];
  if (typeof id !== 'string') throw new Error(`no event id in the answer ${answer.status} ${answer.text}`);
  return JSON.parse(await server.line(new RegExp(`"event_id":"${id}".*\\}$`)));
}

/** The exact cause of a refusal. */
export async function causeOf(server: RunningCountersign, answer: Answer): Promise<unknown> {
  return (await eventOf(server, answer)).because;
}
