import type { Server, ServerResponse } from 'node:http';
import { Present } from './present.ts';

/**
 * Watches over the answers of a server, so that from some moment on each ends its connection: whoever keeps connections
 * goes elsewhere with the next request, and loses none. To be called before the server has connections.
 * @returns what begins it: those under way whose header is not out end their connection too
 */
export function endingAnswers(server: Server): () => void {
  const underWay = new Present<ServerResponse>();
  let ending = false;
  const end = (response: ServerResponse) => response.setHeader('connection', 'close');
  // Before the handler, which may answer at once.
  server.prependListener('request', (_request, response: ServerResponse) => {
    if (ending) {
      end(response);
      return;
    }
    response.once('close', underWay.enter(response));
  });
  return () => {
    ending = true;
    for (const response of underWay.now()) if (!response.headersSent) end(response);
  };
}
