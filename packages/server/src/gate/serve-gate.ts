import { createServer, type RequestListener } from 'node:http';
import type { Logger } from 'pino';
import { answerHalfClosed } from '../transport/half-closed.ts';
import { beginTogether } from '../transport/reading-turn.ts';
import { createGate, type GateWatch } from './gate.ts';
import { type GateConfiguration, InvalidGate, readGateConfiguration } from './gate-configuration.ts';

export type RunningGate = {
  /** Where the proxy asks. */
  readonly url: string;
  /** Reads the file again; the last good one stays in force where it is not. @returns whether it was taken */
  reload(): Promise<boolean>;
  close(): Promise<void>;
};

/** Headers of a request together: a certificate, a proof and a token fit in. */
const MAX_HEADER_SIZE = 64 * 1024;

function watchOf(log: Logger): GateWatch {
  return {
    refused: (refusal) => log.warn(refusal, 'refused'),
    decided: ({ outcome, issuer, binding, token }) => {
      if (outcome === 'accepted') log.debug({ issuer, binding, token }, 'let through');
    },
    failed: (error) => log.error({ err: error }, 'a decision failed, and the request was not let through'),
  };
}

function addressOf({ listen }: GateConfiguration): { readonly host: string; readonly port: number } {
  const at = listen.lastIndexOf(':');
  return { host: listen.slice(0, at).replace(/^\[|\]$/g, ''), port: Number(listen.slice(at + 1)) };
}

/**
 * Starts a gate from its file.
 * @throws InvalidGate; what listening throws
 */
export async function serveGate(file: string, log: Logger): Promise<RunningGate> {
  const configuration = await readGateConfiguration(file);
  const watch = watchOf(log);
  let decide: RequestListener = createGate(configuration, watch);
  const server = createServer(
    { maxHeaderSize: MAX_HEADER_SIZE },
    beginTogether((request, response) => decide(request, response)),
  );
  answerHalfClosed(server);
  // A decision takes no longer than the questions behind it, and no body is read.
  server.requestTimeout = 15_000;
  const { host, port } = addressOf(configuration);
  await new Promise<void>((done, fail) => {
    server.once('error', fail);
    server.listen(port, host, () => {
      server.off('error', fail);
      done();
    });
  });
  server.on('error', watch.failed);
  const address = server.address();
  const bound = typeof address === 'object' && address !== null ? address.port : port;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${bound}/decision`,
    async reload() {
      try {
        decide = createGate(await readGateConfiguration(file), watch);
        log.info('the file was read again');
        return true;
      } catch (error) {
        if (!(error instanceof InvalidGate)) throw error;
        log.error(`the file cannot be used, and the last good one stays in force:\n${error.message}`);
        return false;
      }
    },
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeIdleConnections();
        setTimeout(() => server.closeAllConnections(), 5_000).unref();
      }),
  };
}
