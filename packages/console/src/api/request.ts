import { BASE_PATH } from '../navigation/base.ts';
import { IN_ITS_PLACE, PATH_NAME } from '../navigation/path-names.ts';
import { accessToken, endSession } from '../session/session.ts';
import { knownText, text } from '../words/words.tsx';

/** What the admin API answered instead of the thing asked for. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  /** The part of the input at fault. */
  readonly field: string | undefined;
  /** The event that explains a refusal. */
  readonly event_id: string | undefined;
  /** Whether the message is in the language of the console; the server’s own are in English. */
  readonly isWorded: boolean;

  constructor(status: number, message: string, field?: string, event_id?: string, isWorded = true) {
    super(message);
    this.status = status;
    this.field = field;
    this.event_id = event_id;
    this.isWorded = isWorded;
  }
}

const BASE = `${BASE_PATH}/api/admin/v1`;

type Method = 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';

type Sent = {
  readonly body?: unknown;
  readonly signal?: AbortSignal | undefined;
  /** The `ETag` of what is to be changed; refused with 412 when it was changed since. */
  readonly ifMatch?: string | undefined;
  /** What was done under the key is answered again and not done twice. */
  readonly idempotencyKey?: string;
};

async function send(
  method: Method,
  path: string,
  token: string,
  { body, signal, ifMatch, idempotencyKey }: Sent,
): Promise<Response> {
  try {
    return await fetch(`${BASE}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(ifMatch !== undefined && { 'if-match': ifMatch }),
        ...(idempotencyKey !== undefined && { 'idempotency-key': idempotencyKey }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      ...(signal && { signal }),
      // No cookie is ever sent: only the token counts.
      credentials: 'omit',
      cache: 'no-store',
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new ApiError(0, text('session.noanswer'));
  }
}

/** A body before it becomes JSON, which leaves out what is undefined. */
export type Body<T> = {
  readonly [Name in keyof T]: T[Name] | (Record<never, never> extends Pick<T, Name> ? undefined : never);
};

async function answerTo(method: Method, path: string, sent: Sent): Promise<Response> {
  const token = await accessToken();
  if (token === undefined) throw new ApiError(401, text('session.over'));
  const response = await send(method, path, token, sent);
  if (response.status !== 401) return response;
  const renewed = await accessToken(token);
  return renewed === undefined ? response : await send(method, path, renewed, sent);
}

/** @throws ApiError */
async function bodyOf(response: Response) {
  const answer = await response.json().catch(() => undefined);
  if (response.ok && answer !== undefined) return answer;
  if (response.ok) throw new ApiError(0, text('session.brokeoff'));
  if (response.status === 401) endSession();
  const worded =
    knownText(`error.${answer?.error}`) ??
    (answer?.error_description === undefined
      ? text('session.answered', { status: String(response.status) })
      : undefined);
  throw new ApiError(
    response.status,
    worded ?? answer.error_description,
    answer?.field,
    answer?.event_id,
    worded !== undefined,
  );
}

/**
 * Calls the admin API.
 * @param path below `/api/admin/v1`, its parts encoded
 * @throws ApiError
 */
export async function request<T>(method: Method, path: string, sent: Sent = {}): Promise<T> {
  const response = await answerTo(method, path, sent);
  return response.status === 204 ? JSON.parse('null') : bodyOf(response);
}

/** An answer with the `ETag` it came with, to be sent back by what changes it. */
export type Tagged<T> = T & { readonly etag: string };

/** As {@link request}, for what has revisions. @throws ApiError */
export async function requestTagged<T>(method: Method, path: string, sent: Sent = {}): Promise<Tagged<T>> {
  const response = await answerTo(method, path, sent);
  const answer = await bodyOf(response);
  return { ...answer, etag: response.headers.get('etag') ?? '' };
}

/**
 * Names that a path cannot carry everywhere: dot segments are resolved away (RFC 3986 §5.2.4), proxies decode what is encoded of
 * some characters, and some names are those of places of the console. They stand in the query, the path has `-` instead.
 */
const NOT_IN_PATHS = /^(?:\.{1,2}|-|add|import)?$|[/\\%?#;]/;

type Parameters = Readonly<Record<string, string | number | undefined>>;

/** An address of encoded parts: nothing of a name becomes part of the URL's structure. */
export function addressOf(parts: readonly string[], parameters: Parameters = {}): string {
  const path = parts.map((part) => (NOT_IN_PATHS.test(part) ? IN_ITS_PLACE : encodeURIComponent(part)));
  const names = parts.filter((part) => NOT_IN_PATHS.test(part)).map((name) => [PATH_NAME, name] as const);
  return `/${path.join('/')}${queryOf(parameters, names)}`;
}

/** As {@link addressOf}, without anything to ask. */
export const pathOf = (...parts: readonly string[]): string => addressOf(parts);

/** A query string of what is there. */
export function queryOf(
  parameters: Parameters,
  before: readonly (readonly [name: string, value: string])[] = [],
): string {
  const query = new URLSearchParams();
  for (const [name, value] of before) query.append(name, value);
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== undefined && value !== '') query.set(name, String(value));
  }
  const written = query.toString();
  return written === '' ? '' : `?${written}`;
}
