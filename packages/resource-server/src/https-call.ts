import { Agent, request } from 'node:https';
import type { ServerCall, Told } from './observer.ts';
import { AuthorizationServerUnavailable } from './token-refused.ts';

const TIMEOUT_MS = 5_000;
const MAX_BYTES = 1024 * 1024;

/** An answer of the authorization server; `json` is undefined when the body is not JSON. */
export type HttpsAnswer = {
  readonly status: number;
  /** Without parameters, in lower case; empty where none is named. */
  readonly mediaType?: string;
  readonly text?: string;
  readonly json: unknown;
};

/** Calls the authorization server: a GET, or a POST when there is a form. @throws AuthorizationServerUnavailable */
export type HttpsCall = (
  url: string,
  purpose: ServerCall['purpose'],
  post?: { readonly form: URLSearchParams; readonly headers?: Readonly<Record<string, string>> },
) => Promise<HttpsAnswer>;

/** PEM; all of it belongs to one connection. */
export type ConnectionOptions = {
  /** What the server's certificate must chain to, instead of the roots that Node.js brings. */
  readonly trustedCertificates: readonly string[] | undefined;
  readonly certificate?: string | undefined;
  readonly key?: string | undefined;
};

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * Opens connections to the authorization server over https alone. Redirects are not followed, and an answer
 * of more than 1 MiB or later than five seconds is none.
 */
export function httpsCall(
  { trustedCertificates, certificate, key }: ConnectionOptions,
  watch: Told,
): HttpsCall {
  const agent = new Agent({
    keepAlive: true,
    ...(trustedCertificates !== undefined && { ca: [...trustedCertificates] }),
    ...(certificate !== undefined && { cert: certificate }),
    ...(key !== undefined && { key }),
  });

  const call = (url: string, post: Parameters<HttpsCall>[2]): Promise<HttpsAnswer> =>
    new Promise((resolve, reject) => {
      const fail = (cause: Error) =>
        reject(new AuthorizationServerUnavailable(`no answer from ${url}: ${cause.message}`, { cause }));
      const body = post?.form.toString();
      const outgoing = request(
        url,
        {
          agent,
          method: body === undefined ? 'GET' : 'POST',
          signal: AbortSignal.timeout(TIMEOUT_MS),
          headers: {
            accept: 'application/json',
            ...(body !== undefined && {
              'content-type': 'application/x-www-form-urlencoded',
              'content-length': Buffer.byteLength(body),
            }),
            ...post?.headers,
          },
        },
        (response) => {
          const chunks: Buffer[] = [];
          let length = 0;
          response.on('data', (chunk: Buffer) => {
            length += chunk.length;
            if (length > MAX_BYTES) outgoing.destroy(new Error(`more than ${MAX_BYTES} bytes`));
            else chunks.push(chunk);
          });
          response.on('error', fail);
          response.on('end', () => {
            const text = Buffer.concat(chunks).toString();
            const [mediaType = ''] = (response.headers['content-type'] ?? '').split(';');
            resolve({
              status: response.statusCode ?? 0,
              mediaType: mediaType.trim().toLowerCase(),
              text,
              json: parsed(text),
            });
          });
        },
      );
      outgoing.on('error', fail);
      outgoing.end(body);
    });

  return (url, purpose, post) =>
    watch.within(purpose, async () => {
      const began = performance.now();
      let status: number | undefined;
      try {
        const answer = await call(url, post);
        status = answer.status;
        return answer;
      } finally {
        const seconds = (performance.now() - began) / 1000;
        watch.called({ purpose, url, seconds, ...(status !== undefined && { status }) });
      }
    });
}

/** @throws TypeError when a configured address is not an https URL */
export function requireHttps(name: string, url: string): void {
  if (URL.parse(url)?.protocol !== 'https:') {
    throw new TypeError(`${name} must be an https URL, not ${JSON.stringify(url)}`);
  }
}
