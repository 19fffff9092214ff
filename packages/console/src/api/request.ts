import { accessToken, endSession } from '../session/session.ts';

/** What the admin API answered instead of the thing asked for. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  /** The part of the input at fault. */
  readonly field: string | undefined;
  /** The event that explains a refusal. */
  readonly event_id: string | undefined;

  constructor(status: number, message: string, field?: string, event_id?: string) {
    super(message);
    this.status = status;
    this.field = field;
    this.event_id = event_id;
  }
}

const BASE = '/api/admin/v1';

type Method = 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';

async function send(
  method: Method,
  path: string,
  token: string,
  body: unknown,
  signal: AbortSignal | undefined,
): Promise<Response> {
  try {
    return await fetch(`${BASE}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      ...(signal && { signal }),
      // No cookie is ever sent: only the token counts.
      credentials: 'omit',
      cache: 'no-store',
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new ApiError(0, 'The server does not answer. Check the connection and try again.');
  }
}

/** A body before it becomes JSON, which leaves out what is undefined. */
export type Body<T> = {
  readonly [Name in keyof T]: T[Name] | (Record<never, never> extends Pick<T, Name> ? undefined : never);
};

/**
 * Calls the admin API.
 * @param path below `/api/admin/v1`, its parts encoded
 * @throws ApiError
 */
export async function request<T>(
  method: Method,
  path: string,
  body?: unknown,
  signal?: AbortSignal,
): Promise<T> {
  const token = await accessToken();
  if (token === undefined) throw new ApiError(401, 'The session has ended.');
  let response = await send(method, path, token, body, signal);
  if (response.status === 401) {
    const renewed = await accessToken(token);
    if (renewed !== undefined) response = await send(method, path, renewed, body, signal);
  }
  if (response.status === 204) return JSON.parse('null');
  const answer = await response.json().catch(() => undefined);
  if (response.ok && answer !== undefined) return answer;
  if (response.ok) throw new ApiError(0, 'The answer of the server broke off. Try again.');
  if (response.status === 401) endSession();
  const description = answer?.error_description ?? `The server answered ${response.status}.`;
  throw new ApiError(response.status, description, answer?.field, answer?.event_id);
}

/** A path of encoded parts: nothing of a name becomes part of the URL's structure. */
export const pathOf = (...parts: readonly string[]): string => `/${parts.map(encodeURIComponent).join('/')}`;

/** A query string of what is there. */
export function queryOf(parameters: Readonly<Record<string, string | number | undefined>>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== undefined && value !== '') query.set(name, String(value));
  }
  const text = query.toString();
  return text === '' ? '' : `?${text}`;
}
