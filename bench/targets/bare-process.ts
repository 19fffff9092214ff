import cluster from 'node:cluster';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import { answer, LIFETIME, serverOptions, tokenResponses } from './fixed-claims.ts';

const BODY_BYTES = 600;

const [folder = '', port = '', thumbprint = '', flag, workers] = process.argv.slice(2);

function fixedBody(): (request: IncomingMessage, response: ServerResponse) => void {
  const empty = JSON.stringify({ access_token: '', token_type: 'Bearer', expires_in: LIFETIME });
  const body = empty.replace('""', `"${'x'.repeat(BODY_BYTES - empty.length)}"`);
  return (request, response) => {
    request.resume();
    request.once('end', () => answer(response, body));
  };
}

/** Signs a token a request and looks at nothing else: neither form nor certificate. */
function signedToken(): (request: IncomingMessage, response: ServerResponse) => void {
  const tokenResponse = tokenResponses(port, thumbprint);
  return (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.once('end', () => {
      Buffer.concat(chunks).toString();
      answer(response, tokenResponse());
    });
  };
}

if (workers !== undefined && cluster.isPrimary) {
  for (let worker = 0; worker < Number(workers); worker++) cluster.fork();
} else {
  createServer(serverOptions(folder), flag === '--sign' ? signedToken() : fixedBody()).listen(
    Number(port),
    '127.0.0.1',
  );
}

process.once('SIGINT', () => process.exit());
