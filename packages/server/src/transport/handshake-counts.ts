import type { TLSSocket } from 'node:tls';
import type { Metrics, Outcome } from '../event/metrics.ts';

/** Those that can be agreed on here (`[transport.https] minimum_tls_version`), and where none was yet. */
const VERSIONS = ['TLSv1.2', 'TLSv1.3', 'unknown'] as const;
type Version = (typeof VERSIONS)[number];

const isVersion = (name: string | null): name is Version => VERSIONS.some((version) => version === name);

function agreed(socket: TLSSocket): Version {
  const name = socket.getProtocol();
  return isVersion(name) ? name : 'unknown';
}

/** Before there is a cipher suite OpenSSL names the version that it would like best. */
const agreedSoFar = (socket: TLSSocket): Version =>
  socket.getCipher()?.name === undefined ? 'unknown' : agreed(socket);

/** Counts the handshakes of listeners; each once. */
export function createHandshakeCounts({ handshakes }: Pick<Metrics, 'handshakes'>) {
  const counter = (outcome: Outcome, versionOf = agreed) => {
    const of = (version: Version) => handshakes.of({ outcome, version });
    const counts = { 'TLSv1.2': of('TLSv1.2'), 'TLSv1.3': of('TLSv1.3'), unknown: of('unknown') };
    return (socket: TLSSocket): void => {
      counts[versionOf(socket)].value++;
    };
  };
  return {
    succeeded: counter('success'),
    /** For the certificate that came, or did not. */
    refused: counter('refused'),
    /** TLS itself did not come about. */
    failed: counter('failure', agreedSoFar),
  };
}
