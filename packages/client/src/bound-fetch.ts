import { bearerError } from './bearer-challenge.ts';
import type { TellEvent } from './client-event.ts';
import { presenting } from './server-call.ts';
import type { HeldToken, TokenSlot } from './token-slot.ts';

/** What `fetch` takes and gives. */
export type BoundFetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>;

export type BoundFetchOptions = {
  readonly slot: () => TokenSlot;
  readonly tell: TellEvent;
};

/** Whether a body can be sent a second time: one that flows cannot. */
function isRepeatable(input: string | URL | Request, init: RequestInit): boolean {
  const { body } = init;
  if (body === undefined || body === null) return !(input instanceof Request) || input.body === null;
  return (
    typeof body === 'string' ||
    body instanceof URLSearchParams ||
    body instanceof FormData ||
    body instanceof Blob ||
    body instanceof ArrayBuffer ||
    ArrayBuffer.isView(body)
  );
}

const isRequest = (input: string | URL | Request): input is Request => input instanceof Request;

/**
 * A `fetch` that presents the client's certificate and a token that is bound to it.
 * @throws what `fetch` throws; TokenUnavailable; TypeError for an address that is not https, and for a request that
 * brings an Authorization header or a dispatcher of its own
 */
export function boundFetch({ slot, tell }: BoundFetchOptions): BoundFetch {
  const send = async (
    input: string | URL | Request,
    init: RequestInit,
    headers: Headers,
    { value, identity }: HeldToken,
  ): Promise<Response> => {
    const release = identity.hold();
    try {
      const authorized = new Headers(headers);
      authorized.set('authorization', `Bearer ${value}`);
      return await fetch(input, presenting({ ...init, headers: authorized }, identity.agent));
    } finally {
      release();
    }
  };

  return async (input, init = {}) => {
    const url = URL.parse(isRequest(input) ? input.url : String(input));
    if (url?.protocol !== 'https:') {
      throw new TypeError('a token is sent over https alone, to an absolute address');
    }
    const headers = new Headers(init.headers ?? (isRequest(input) ? input.headers : undefined));
    if (headers.has('authorization')) throw new TypeError('the client itself sets the Authorization header');
    if (init.dispatcher !== undefined) throw new TypeError('the client itself chooses the dispatcher');

    const signal = init.signal ?? (isRequest(input) ? input.signal : undefined);
    const repeatable = isRepeatable(input, init);
    const place = slot();
    const token = await place.get(signal);
    const response = await send(input, init, headers, token);
    const isRefused =
      response.status === 401 &&
      URL.parse(response.url)?.origin === url.origin &&
      bearerError(response.headers.get('www-authenticate')) === 'invalid_token';
    if (!isRefused) return response;
    const other = repeatable ? await place.replace(token, signal) : undefined;
    tell({ type: 'token_refused', origin: url.origin, repeated: other !== undefined });
    if (other === undefined) return response;
    await response.body?.cancel();
    return send(input, init, headers, other);
  };
}
