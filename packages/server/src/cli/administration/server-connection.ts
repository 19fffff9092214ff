import { createPrivateKey } from 'node:crypto';
import { Agent, request } from 'node:https';
import { getCACertificates } from 'node:tls';
import { type Certificate, certificateToPem, timeText } from '@countersign/x509';
import { systemClock } from '../../clock.ts';
import { ownMember } from '../../own-member.ts';
import { readCertificateFile, readNamedFile } from '../certificate-file.ts';
import { Refused, UsageError } from '../run-command.ts';
import type { ServerTarget } from '../server-option.ts';

/** Thrown where a server elsewhere does not answer, or answers that it cannot now. */
export class ServerAway extends Refused {}

/** An answer, read whole. */
export type ServerAnswer = {
  readonly status: number;
  header(name: string): string | undefined;
  readonly text: string;
};

/** A connection to a server over mutual TLS. */
export type ServerConnection = {
  /**
   * Asks once, and follows no redirect.
   * @throws ServerAway, Refused: a sentence for whoever called the command
   */
  ask(
    method: string,
    url: string,
    options?: { readonly headers?: Readonly<Record<string, string>>; readonly body?: string },
  ): Promise<ServerAnswer>;
  /** What may be wrong with the certificate that is presented, as the end of a sentence; empty where nothing is. */
  certificateRemark(): string;
  close(): void;
};

/** How long an answer may take. */
const DEADLINE_MS = 60_000;
/** No answer of an admin API is larger. */
const LARGEST_ANSWER = 64 * 1024 * 1024;

const codeOf = (error: Error): string => ('code' in error ? String(error.code) : error.message);

/** What TLS says of a server's certificate, for people. */
const SERVER_CERTIFICATE: Readonly<Record<string, string>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: 'it is signed by itself',
  SELF_SIGNED_CERT_IN_CHAIN: 'its authority is not known here',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its authority is not known here',
  UNABLE_TO_GET_ISSUER_CERT: 'its authority is not known here',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its authority is not known here',
  CERT_SIGNATURE_FAILURE: 'the authority known here by that name did not sign it',
  CERT_HAS_EXPIRED: 'it has expired',
  CERT_NOT_YET_VALID: 'it is not valid yet',
  ERR_TLS_CERT_ALTNAME_INVALID: 'it is for another host',
  INVALID_PURPOSE: 'it is not made for servers',
  INVALID_CA: 'what issued it is no authority',
};

/** What kept a connection from being made, for people. */
const NO_CONNECTION: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ENOTFOUND: 'no host has that name',
  EAI_AGAIN: 'the name cannot be looked up now',
  EHOSTUNREACH: 'there is no way to that host',
  ENETUNREACH: 'there is no way to that network',
  ETIMEDOUT: 'no answer came in time',
};

/** Reads the certificate that is presented and its key. @throws UsageError, Refused */
async function readIdentity({ cert, key }: ServerTarget): Promise<{
  readonly chain: readonly Certificate[];
  readonly own: Certificate;
  readonly keyPem: string;
}> {
  const chain = await readCertificateFile(cert);
  const [own] = chain;
  if (!own) throw new UsageError(`${cert} holds no certificate`);
  const keyBytes = await readNamedFile(key);
  try {
    const privateKey = createPrivateKey(keyBytes);
    if (!own.x509.checkPrivateKey(privateKey))
      throw new UsageError(`${key} is the key of another certificate than ${cert}`);
    return { chain, own, keyPem: privateKey.export({ format: 'pem', type: 'pkcs8' }).toString() };
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(
      `${key} holds no private key in PEM without a password: ${error instanceof Error ? error.message : error}`,
    );
  }
}

/** Whom the server's certificate may come from. @throws UsageError, Refused */
async function authoritiesOf({ cacert }: ServerTarget): Promise<readonly string[]> {
  if (cacert !== undefined) return (await readCertificateFile(cacert)).map(certificateToPem);
  return [...new Set([...getCACertificates('default'), ...getCACertificates('system')])];
}

/** Opens a connection by which this program is the client of a certificate. @throws UsageError, Refused */
export async function connectTo(target: ServerTarget): Promise<ServerConnection> {
  const { server, cert, cacert } = target;
  const { chain, own, keyPem } = await readIdentity(target);
  const agent = new Agent({
    keepAlive: true,
    maxSockets: 4,
    cert: chain.map(certificateToPem).join(''),
    key: keyPem,
    ca: [...(await authoritiesOf(target))],
  });

  const certificateRemark = (): string => {
    const now = systemClock();
    if (now > own.notAfter) return `; ${cert} expired at ${timeText(own.notAfter)}: renew it`;
    if (now < own.notBefore) return `; ${cert} is not valid before ${timeText(own.notBefore)}`;
    return '';
  };

  const failure = (error: Error, url: string): Refused => {
    const code = codeOf(error);
    const host = new URL(url).host;
    const why = ownMember(SERVER_CERTIFICATE, code);
    if (why !== undefined) {
      const known = cacert === undefined ? 'name its authority with --cacert' : `--cacert is ${cacert}`;
      return new Refused(`the certificate of ${server} at ${host} cannot be trusted: ${why} (${known})`);
    }
    // In TLS 1.3 the server judges a certificate when its client takes the handshake for done.
    if (/ALERT|HANDSHAKE_FAILURE/.test(code) || /\balert\b/.test(error.message)) {
      return new Refused(
        `${server} refused the certificate ${cert} in the TLS handshake at ${host}: ${error.message.trim()}${certificateRemark()}`,
      );
    }
    const reason =
      ownMember(NO_CONNECTION, code) ?? (code === 'ECONNRESET' ? 'the connection was cut' : error.message);
    return new ServerAway(`${server} does not answer at ${host}: ${reason}`);
  };

  return {
    ask: (method, url, { headers = {}, body } = {}) =>
      new Promise((done, fail) => {
        const refuse = (error: Error) => fail(error instanceof Refused ? error : failure(error, url));
        const outgoing = request(
          url,
          {
            method,
            agent,
            timeout: DEADLINE_MS,
            headers: { ...headers, ...(body !== undefined && { 'content-length': Buffer.byteLength(body) }) },
          },
          (response) => {
            const chunks: Buffer[] = [];
            let size = 0;
            response.on('data', (chunk: Buffer) => {
              size += chunk.length;
              if (size > LARGEST_ANSWER)
                outgoing.destroy(new Refused(`${server} answered more than ${LARGEST_ANSWER} bytes`));
              chunks.push(chunk);
            });
            response.on('error', refuse);
            response.on('end', () =>
              done({
                status: response.statusCode ?? 0,
                header: (name) => response.headersDistinct[name]?.[0],
                text: Buffer.concat(chunks).toString('utf8'),
              }),
            );
          },
        );
        outgoing.on('timeout', () =>
          outgoing.destroy(
            new ServerAway(`${server} does not answer: nothing came within ${DEADLINE_MS / 1000} seconds`),
          ),
        );
        outgoing.on('error', refuse);
        outgoing.end(body);
      }),
    certificateRemark,
    close: () => agent.destroy(),
  };
}
