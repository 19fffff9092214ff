import { ResponseBodyError } from 'openid-client';

/** Names and values. */
export type Facts = readonly (readonly [string, string])[];

/** What came of something the person did, for showing. */
export type Outcome = {
  readonly title: string;
  readonly verdict: 'good' | 'refused';
  readonly text: string;
  readonly facts: Facts;
  /** What is known of it on the other side. */
  readonly otherSide?: { readonly label: string; readonly facts: Facts };
  /** A longer text such as a JSON document. */
  readonly document?: { readonly label: string; readonly text: string };
};

/** What an error says of its cause, down to the innermost. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const inner = error.cause instanceof Error ? ` (${reasonOf(error.cause)})` : '';
  return `${error.message}${inner}`;
}

/** What became of a request that the authorization server refused, or that did not reach it. */
export function failure(title: string, error: unknown): Outcome {
  if (!(error instanceof ResponseBodyError)) {
    return { title, verdict: 'refused', text: reasonOf(error), facts: [] };
  }
  const eventId = error.response.headers.get('countersign-event-id');
  return {
    title,
    verdict: 'refused',
    text: error.error_description ?? 'The authorization server refused.',
    facts: [
      ['HTTP status', String(error.status)],
      ['error', error.error],
      ...(eventId === null ? [] : ([['To learn why', `npx countersign explain ${eventId}`]] as const)),
    ],
  };
}
