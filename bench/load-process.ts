import { createSecureContext, type SecureContext } from 'node:tls';
import { type Identity, tlsOf } from './key-material.ts';
import { LoadOrder, type LoadReply } from './load.ts';
import { LoadRun } from './load-run.ts';

const [folder = ''] = process.argv.slice(2);
const secureContexts = new Map<Identity, SecureContext>();

function secureContextOf(identity: Identity): SecureContext {
  const known = secureContexts.get(identity);
  if (known) return known;
  const made = createSecureContext(tlsOf(identity, folder));
  secureContexts.set(identity, made);
  return made;
}

const reply = (message: LoadReply) => process.send?.(message);

process.on('message', async (message) => {
  try {
    const order = LoadOrder.parse(message);
    const run = new LoadRun(order, secureContextOf(order.script.identity), folder);
    reply({ kind: 'result', result: await run.measure(() => reply({ kind: 'started' })) });
  } catch (error) {
    reply({ kind: 'failed', message: error instanceof Error ? error.message : String(error) });
  }
});
process.on('disconnect', () => process.exit());
