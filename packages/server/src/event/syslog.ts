import { createSocket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import { hostname } from 'node:os';
import { timeText } from '@countersign/x509';
import type { Clock } from '../clock.ts';

/** Where audit lines go beside the file. */
export type Syslog = {
  /** Sends one line; never throws and never waits. */
  send(line: string): void;
  close(): void;
};

/** Facility 13, log audit, with severity 6, informational (RFC 5424 §6.2.1). */
const PRIORITY = 13 * 8 + 6;

/**
 * Sends lines to a syslog server by UDP (RFC 5424, RFC 5426), a datagram each, as they are in the file: what arrives can
 * be verified like the file.
 * @param url `udp://` with an IP address and a port
 * @param onFailed told of each line that this machine could not send; what the network loses nobody is told
 */
export function createSyslog(url: string, clock: Clock, onFailed: (error: Error) => void): Syslog {
  const { hostname: host, port } = new URL(url);
  const address = host.replace(/^\[|\]$/g, '');
  const socket = createSocket(isIPv6(address) ? 'udp6' : 'udp4').unref();
  socket.on('error', onFailed);
  return {
    send(line) {
      const time = timeText(clock());
      const header = `<${PRIORITY}>1 ${time} ${hostname()} countersign ${process.pid} audit -`;
      socket.send(`${header} ${line}`, Number(port), address, (error) => {
        if (error) onFailed(error);
      });
    },
    close: () => socket.close(),
  };
}
