import { AsyncLocalStorage } from 'node:async_hooks';
import type { Server } from 'node:https';
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { EventRecorder } from '../event/event-recorder.ts';
import { guarded } from '../event/guarded.ts';
import { ownMember } from '../own-member.ts';
import { answerPlainHttp } from './plain-http.ts';

/** What is said of a handshake that failed. */
export type HandshakeEvidence = {
  /** OpenSSL's or Node's name of it. */
  readonly error: string;
  /** In OpenSSL's words. */
  readonly reason?: string;
  readonly why?: string;
};

/** By the code of the error; the codes of OpenSSL without `ERR_SSL_`. */
const MEANING: Readonly<Record<string, string>> = {
  NO_SHARED_CIPHER:
    'the peer offers no cipher suite and signature algorithm that this server and its key can use; see [transport.https] tls12_cipher_suites, and countersign doctor of the key',
  NO_SUITABLE_SIGNATURE_ALGORITHM: "the peer cannot verify a signature of the server's key",
  NO_SUITABLE_KEY_SHARE: 'the peer and the server have no key exchange group in common',
  NO_SUITABLE_GROUPS: 'the peer and the server have no key exchange group in common',
  UNSUPPORTED_PROTOCOL:
    'the peer speaks older versions of TLS only; see [transport.https] minimum_tls_version',
  VERSION_TOO_LOW: 'the peer speaks older versions of TLS only; see [transport.https] minimum_tls_version',
  INAPPROPRIATE_FALLBACK: 'the peer fell back to an older version of TLS than it and the server can',
  HTTP_REQUEST: 'plain HTTP was sent to the port of TLS',
  HTTPS_PROXY_REQUEST: 'the peer takes the port of TLS for an HTTP proxy',
  WRONG_VERSION_NUMBER: 'what came is not TLS',
  UNEXPECTED_MESSAGE: 'a message came that has no place there, or the peer gave up',
  BAD_SIGNATURE: "the peer did not prove that it has its certificate's key",
  WRONG_SIGNATURE_TYPE:
    "the peer signed with an algorithm that was not offered or does not fit its certificate's key",
  WRONG_CURVE: "the curve of the peer's key does not fit the signature algorithm (RFC 8446 §4.2.3)",
  UNSUPPORTED_SIGNATURE_TYPE: "this TLS stack cannot verify a signature of the peer's key",
  UNKNOWN_CERTIFICATE_TYPE: "this TLS stack cannot use the key of the peer's certificate",
  CERTIFICATE_UNKNOWN: "this TLS stack cannot use the key of the peer's certificate",
  UNABLE_TO_FIND_PUBLIC_KEY_PARAMETERS: "the key of the peer's certificate cannot be read",
  BAD_ECPOINT: 'the public key is no point of its curve',
  EXCESSIVE_MESSAGE_SIZE: 'the peer sent more than TLS takes in one message, such as 100 kB of certificates',
  CERT_LENGTH_MISMATCH: "what stands around the peer's certificate has another length than it says",
  DECRYPTION_FAILED_OR_BAD_RECORD_MAC: 'a record was changed on its way, or the peer has other keys',
  EE_KEY_TOO_SMALL: "the key of the peer's certificate is too short for this TLS stack",
  CA_KEY_TOO_SMALL: "the key of an authority in the peer's chain is too short for this TLS stack",
  CA_MD_TOO_WEAK: "the signature of a certificate in the peer's chain is too weak for this TLS stack",
};

/** What a peer tells by an alert before it ends the handshake (RFC 8446 §6.2). */
const ALERTS: Readonly<Record<string, string>> = {
  UNKNOWN_CA: "the peer does not trust the authority of the server's certificate",
  BAD_CERTIFICATE: "the peer cannot use the server's certificate",
  CERTIFICATE_UNKNOWN: "the peer does not accept the server's certificate",
  CERTIFICATE_EXPIRED: "for the peer the server's certificate is not valid now; compare the clocks",
  CERTIFICATE_REVOKED: "the peer holds the server's certificate for revoked",
  UNSUPPORTED_CERTIFICATE: 'the peer cannot use a certificate of this kind',
  HANDSHAKE_FAILURE: 'the peer finds nothing in common with the server',
  PROTOCOL_VERSION: 'the peer speaks other versions of TLS',
  INTERNAL_ERROR: 'the peer failed',
  DECRYPT_ERROR: "the peer could not verify the server's signature or message",
  ILLEGAL_PARAMETER: 'the peer did not understand the server',
  UNRECOGNIZED_NAME: 'the peer wants another server name',
};

const MEANING_OF_NODE: Readonly<Record<string, string>> = {
  ERR_TLS_HANDSHAKE_TIMEOUT:
    'the handshake was not finished in time; see [transport.https] handshake_timeout',
  ECONNRESET:
    "the peer ended the connection within the handshake; some do so to refuse the server's certificate",
};

const textIn = (error: Error, name: 'code' | 'reason'): string | undefined => {
  const value: unknown = Reflect.get(error, name);
  return typeof value === 'string' ? value : undefined;
};

/** The code of an error of OpenSSL or Node. */
export const codeOf = (error: Error): string => textIn(error, 'code') ?? error.name;

/** Says of an error of TLS what it is and what it means. */
export function handshakeEvidence(error: Error): HandshakeEvidence {
  const code = codeOf(error);
  const reason = textIn(error, 'reason');
  const [, alert] = /_ALERT_(\w+)$/.exec(code) ?? [];
  const why =
    alert === undefined
      ? (ownMember(MEANING_OF_NODE, code) ?? ownMember(MEANING, code.replace(/^ERR_SSL_/, '')))
      : (ownMember(ALERTS, alert) ?? 'the peer ended the handshake');
  return { error: code, ...(reason !== undefined && { reason }), ...(why !== undefined && { why }) };
}

/** Whether TLS itself failed, in the handshake or after it. */
export const isOfTls = (error: Error): boolean => /^ERR_(?:SSL|OSSL|TLS)_/.test(codeOf(error));

/** An accepted connection, from its first byte of TLS on. */
type Accepted = {
  readonly socket: Socket;
  /** The client's, while it was known: of a connection that is gone no socket tells it. */
  readonly address: string | undefined;
  /** Bytes read before TLS began. */
  readonly before: number;
};

/** Records the handshakes that fail, but for those of peers that went away without a word. */
export function refuseHandshakes(
  server: Server,
  {
    events,
    addressOf,
    onFailed,
  }: {
    readonly events: Pick<EventRecorder, 'recordSampled'>;
    readonly addressOf: (socket: Socket) => string | undefined;
    /** Told of each that is recorded. */
    readonly onFailed: (socket: TLSSocket) => void;
  },
): void {
  // Where TLS fails before there is a peer, its socket says neither who that was nor what came.
  const accepted = new AsyncLocalStorage<Accepted>();
  server.prependListener('connection', (socket: Socket) => {
    const connection = {
      socket,
      address: addressOf(socket),
      before: socket.bytesRead - socket.readableLength,
    };
    accepted.enterWith(connection);
    // TLS hears of it in the context of the accepted socket, which is older than this one.
    socket.prependListener('close', () => accepted.enterWith(connection));
  });
  const onClientError = (error: Error, secure: TLSSocket) => {
    const { socket, address, before } = accepted.getStore() ?? {
      socket: secure,
      address: undefined,
      before: 0,
    };
    if (socket.bytesRead - before <= 0) return;
    const remote_address = address ?? addressOf(secure);
    const told = () => ({
      ...(remote_address !== undefined && { remote_address }),
      evidence: handshakeEvidence(error),
    });
    onFailed(secure);
    const because = 'handshake_failed';
    const event_id = events.recordSampled('handshake.refused', 'refused', told, { because });
    if (codeOf(error) === 'ERR_SSL_HTTP_REQUEST') answerPlainHttp(socket, event_id);
  };
  server.on('tlsClientError', guarded('refusing a handshake', events, onClientError));
}
