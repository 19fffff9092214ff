import { createPublicKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import { join } from 'node:path';
import { z } from 'zod';
import { claimsOf, isSignedBy } from '../jws.ts';
import { ASSERTION_PUBLIC_KEY } from '../key-material.ts';
import { answer, serverOptions, tokenResponses } from './fixed-claims.ts';
import { openUsedIdentifiers } from './used-identifiers.ts';

const [folder = '', port = '', thumbprint = '', where = ''] = process.argv.slice(2);

/** What a turn of the event loop has read. */
type Asked = { readonly body: string; readonly response: ServerResponse };

const Assertion = z.object({ jti: z.string(), exp: z.number() });
const REFUSED = JSON.stringify({ error: 'invalid_client' });

const clientKey = createPublicKey(readFileSync(join(folder, ASSERTION_PUBLIC_KEY)));
const usedIdentifiers = await openUsedIdentifiers(where, folder);
const tokenResponse = tokenResponses(port, thumbprint);

/** The assertion of a form, if one is there. */
function assertionIn(body: string): string | undefined {
  return body.includes('client_assertion=')
    ? (new URLSearchParams(body).get('client_assertion') ?? undefined)
    : undefined;
}

function verified(assertion: string): { readonly jti: string; readonly exp: number } | undefined {
  return isSignedBy(assertion, clientKey) ? Assertion.parse(claimsOf(assertion)) : undefined;
}

const refuse = ({ response }: Asked): void => answer(response, REFUSED, 401);

/** Those of a turn whose clients show what they have to; all signatures of clients are checked one after the other. */
async function authenticated(turn: readonly Asked[]): Promise<readonly Asked[]> {
  const checked = turn.map((asked) => {
    const assertion = assertionIn(asked.body);
    return { asked, presents: assertion !== undefined, claims: assertion && verified(assertion) };
  });
  const claims = checked.flatMap((one) => one.claims || []);
  if (claims.length === 0) return turn;
  const fresh = new Set(await usedIdentifiers.use(claims));
  const isFine = ({ presents, claims: own }: (typeof checked)[number]) =>
    !presents || (own && fresh.has(own));
  for (const one of checked) if (!isFine(one)) refuse(one.asked);
  return checked.filter(isFine).map(({ asked }) => asked);
}

async function answerTurn(turn: readonly Asked[]): Promise<void> {
  const good = await authenticated(turn);
  const bodies = good.map(tokenResponse);
  for (const [index, { response }] of good.entries()) answer(response, bodies[index] ?? '');
}

let turn: Asked[] = [];

createServer(serverOptions(folder), (request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.once('end', () => {
    // What one turn reads is answered together: signatures that follow each other find their tables in the caches.
    if (turn.length === 0) {
      setImmediate(() => {
        const read = turn;
        turn = [];
        void answerTurn(read);
      });
    }
    turn.push({ body: Buffer.concat(chunks).toString(), response });
  });
}).listen(Number(port), '127.0.0.1');

process.once('SIGINT', () => process.exit());
