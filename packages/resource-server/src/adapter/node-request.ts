import type { IncomingMessage } from 'node:http';
import type { Http2ServerRequest } from 'node:http2';
import { TLSSocket } from 'node:tls';
import type { GuardedRequest } from '../guard.ts';

/** A request of `node:http`, `node:https` or `node:http2`. */
export type NodeRequest = IncomingMessage | Http2ServerRequest;

/**
 * Every value of a header as received, so that repetition shows; Node.js itself keeps only one of some headers.
 * @param name in lower case
 */
export function headerLines({ rawHeaders }: NodeRequest, name: string): readonly string[] {
  const lines: string[] = [];
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const written = rawHeaders[i];
    if (written?.length === name.length && written.toLowerCase() === name)
      lines.push(rawHeaders[i + 1] ?? '');
  }
  return lines;
}

/** @param url what the caller asked for, where a framework has shortened the request's own */
export function guardedRequest(request: NodeRequest, url: string | undefined = request.url): GuardedRequest {
  const { socket, method } = request;
  return {
    method,
    url,
    remoteAddress: socket.remoteAddress,
    header: (name) => headerLines(request, name),
    handshake: () => (socket instanceof TLSSocket ? socket.getPeerX509Certificate() : undefined),
  };
}
