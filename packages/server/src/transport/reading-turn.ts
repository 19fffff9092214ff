import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';

type Read = { readonly request: IncomingMessage; readonly response: ServerResponse };

/**
 * Has the requests that one turn of the event loop reads begin together, once all of them are read. Between two pieces of
 * TLS and HTTP work a handler finds its code and its keys gone from the processor's caches, and each of its steps takes up
 * to several times as long; side by side the requests of a turn take each step one after the other, and what they look up
 * is looked up once (docs/performance.md). A request that comes alone waits for nothing.
 * @param handler must not throw: those behind would not begin
 */
export function beginTogether(handler: RequestListener): RequestListener {
  let turn: Read[] = [];
  const begin = () => {
    const read = turn;
    turn = [];
    for (const { request, response } of read) handler(request, response);
  };
  return (request, response) => {
    // A connection that ends meanwhile has no address any more but the one that was asked for.
    request.socket.remoteAddress;
    if (turn.length === 0) setImmediate(begin);
    turn.push({ request, response });
  };
}
