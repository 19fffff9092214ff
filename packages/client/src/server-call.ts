import { retryAfterOf } from './back-off.ts';
import type { Identity } from './identity.ts';
import { TokenUnavailable } from './token-unavailable.ts';

const TIMEOUT_MS = 10_000;
const MAX_BYTES = 1024 * 1024;

/** An answer of the authorization server; `json` is undefined when the body is not a JSON object. */
export type ServerAnswer = {
  readonly status: number;
  readonly json: Readonly<Record<string, unknown>> | undefined;
  /** Milliseconds. */
  readonly retryAfter: number | undefined;
  /** The id of the refusal's event, which Countersign says. */
  readonly eventId: string | undefined;
};

/** Whether an untyped value is an object with members. */
export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The innermost error, which says what happened to the connection. */
function reasonOf(error: unknown): string {
  let reason = error;
  for (let depth = 0; depth < 5 && reason instanceof Error && reason.cause instanceof Error; depth++) {
    reason = reason.cause;
  }
  if (reason instanceof AggregateError && reason.message === '') reason = reason.errors[0];
  return reason instanceof Error ? reason.message : String(reason);
}

// An error of JSON.parse cites the text, which may be a token.
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function textOf(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  let length = 0;
  for await (const chunk of response.body ?? []) {
    length += chunk.length;
    if (length > MAX_BYTES) throw new Error(`more than ${MAX_BYTES} bytes`);
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

const EVENT_ID = /^[\w-]{1,64}$/;

/**
 * Calls the authorization server: a GET, or a POST when there is a form. Redirects are not followed, and an answer of
 * more than 1 MiB or later than ten seconds is none.
 * @param now milliseconds since the epoch
 * @throws TokenUnavailable with `server_unreachable`; the signal's reason when it is aborted
 */
export async function callServer(
  { agent }: Identity,
  url: string,
  {
    form,
    signal,
    now,
  }: { readonly form?: URLSearchParams; readonly signal: AbortSignal; readonly now: number },
): Promise<ServerAnswer> {
  const init: RequestInit = {
    method: form === undefined ? 'GET' : 'POST',
    headers: { accept: 'application/json' },
    redirect: 'manual',
    signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
    ...(form !== undefined && { body: form }),
  };
  try {
    const response = await fetch(url, presenting(init, agent));
    const json = parsed(await textOf(response));
    const eventId = response.headers.get('countersign-event-id');
    return {
      status: response.status,
      json: isObject(json) ? json : undefined,
      retryAfter: retryAfterOf(response.headers.get('retry-after'), now),
      eventId: eventId !== null && EVENT_ID.test(eventId) ? eventId : undefined,
    };
  } catch (error) {
    signal.throwIfAborted();
    throw new TokenUnavailable('server_unreachable', `no answer from ${url}: ${reasonOf(error)}`, {
      cause: error,
    });
  }
}

/**
 * Has a request of Node.js's own `fetch` go over an identity's connections. The types of undici and those that
 * `@types/node` brings are two copies; this needs the member alone.
 */
export const presenting = (init: RequestInit, dispatcher: Identity['agent']): RequestInit =>
  Object.assign({}, init, { dispatcher });
