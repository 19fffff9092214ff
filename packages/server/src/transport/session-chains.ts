import { AsyncLocalStorage } from 'node:async_hooks';
import { hash, randomBytes } from 'node:crypto';
import type { Server } from 'node:https';
import type { TLSSocket } from 'node:tls';
import { Certificate } from '@countersign/x509';
import type { SharedTickets } from './shared-tickets.ts';

/**
 * Remembers what a client sent beside its certificate for as long as the TLS session it sent it in can be resumed: a
 * resumed session carries the certificate alone (RFC 5077 §4, RFC 8446 §4.6.1). Nothing is remembered for a certificate,
 * so that no connection profits from what another one sent.
 */
export type SessionChains = {
  /**
   * To be called once for each connection, as the first listener of its `secureConnection`: there the session is still
   * the one it was resumed from.
   * @param sent what came in this handshake; nothing in a resumed one
   * @returns what the session's client sent when it authenticated
   */
  chainOf(socket: TLSSocket, sent: readonly Certificate[]): readonly Certificate[];
};

/** How long a session can be resumed, in seconds; for `sessionTimeout` of the server. */
export const SESSION_SECONDS = 300;

/** Longer than a session, because OpenSSL counts in whole seconds. */
const REMEMBERED_MS = (SESSION_SECONDS + 5) * 1000;
const BYTES_LIMIT = 16 * 1024 * 1024;
/** What an entry takes beside the bytes of its certificates. */
const ENTRY_BYTES = 1024;
const TICKET_KEY_BYTES = 48;

type Remembered = {
  /** Read once it is asked for, where another process was sent it. */
  readonly chain: () => readonly Certificate[];
  readonly bytes: number;
  readonly until: number;
};
type Generation = Map<string, Remembered>;

/**
 * What a session is known by: its secret. Each ticket of TLS 1.3 is a session of its own; those of TLS 1.2 keep theirs.
 * @param session as `SSL_SESSION` is written: version, protocol, cipher suite, session id, secret, …
 */
export function sessionName(session: Uint8Array): string | undefined {
  const secret = childOf(session, SECRET);
  return secret === undefined || secret.length === 0 ? undefined : hash('sha256', secret, 'base64');
}

const SECRET = 4;

/** The value of the n-th element of a DER SEQUENCE; undefined when there is none. */
function childOf(sequence: Uint8Array, index: number): Uint8Array | undefined {
  const outer = elementAt(sequence, 0);
  let at = outer?.start ?? sequence.length;
  for (let child = 0; ; child++) {
    const element = elementAt(sequence, at);
    if (element === undefined) return undefined;
    if (child === index) return sequence.subarray(element.start, element.end);
    at = element.end;
  }
}

function elementAt(
  bytes: Uint8Array,
  at: number,
): { readonly start: number; readonly end: number } | undefined {
  const first = bytes[at + 1];
  if (first === undefined) return undefined;
  const lengthBytes = first < 0x80 ? 0 : first & 0x7f;
  let length = lengthBytes === 0 ? first : 0;
  for (let i = 0; i < lengthBytes; i++) length = length * 256 + (bytes[at + 2 + i] ?? 0);
  const start = at + 2 + lengthBytes;
  return start + length <= bytes.length ? { start, end: start + length } : undefined;
}

/**
 * Follows the sessions of a TLS server. When there are more than fit, the server gets new keys for its tickets: then
 * every client authenticates in a whole handshake again, and none is refused for what was forgotten.
 * @param server one whose `sessionTimeout` is `SESSION_SECONDS`
 */
export function rememberSessionChains(
  server: Server,
  {
    now = () => performance.now(),
    bytesLimit = BYTES_LIMIT,
    tickets,
  }: {
    readonly now?: () => number;
    readonly bytesLimit?: number;
    /** Where other processes resume the sessions too. */
    readonly tickets?: SharedTickets | undefined;
  } = {},
): SessionChains {
  /** The chain of the connection at work: tickets are made without saying for which. */
  const connection = new AsyncLocalStorage<{ chain: readonly Certificate[] }>();
  let current: Generation = new Map();
  /** Of the ticket keys before, for handshakes that were under way when these changed. */
  let previous: Generation = new Map();
  let bytes = 0;

  let renewing = false;

  const forgetEnded = () => {
    for (const [name, remembered] of current) {
      if (remembered.until > now()) break;
      current.delete(name);
      bytes -= remembered.bytes;
    }
  };
  const begin = () => {
    previous = current;
    current = new Map();
    bytes = 0;
    renewing = false;
  };
  const renew = () => {
    if (tickets) {
      if (!renewing) tickets.renew();
      renewing = true;
      return;
    }
    server.setTicketKeys(randomBytes(TICKET_KEY_BYTES));
    begin();
  };

  const remember = (name: string, ders: readonly Uint8Array[], chain: () => readonly Certificate[]) => {
    forgetEnded();
    const size = ders.reduce((total, der) => total + der.length, ENTRY_BYTES);
    if (bytes + size > bytesLimit) renew();
    if (!current.has(name)) bytes += size;
    current.set(name, { chain, bytes: size, until: now() + REMEMBERED_MS });
  };
  /** @returns what other processes have to hear of first */
  const rememberHere = (session: Uint8Array, chain: readonly Certificate[]): Promise<void> | undefined => {
    const name = chain.length === 0 ? undefined : sessionName(session);
    if (name === undefined) return undefined;
    const ders = chain.map(({ der }) => der);
    remember(name, ders, () => chain);
    return tickets?.share(name, ders);
  };
  tickets?.onRenewed(begin);
  tickets?.onShared((name, ders) => {
    let chain: readonly Certificate[] | undefined;
    remember(name, ders, () => {
      chain ??= ders.map((der) => Certificate.fromDer(der));
      return chain;
    });
  });

  server.prependListener('connection', () => connection.enterWith({ chain: [] }));
  // Told of the tickets of TLS 1.3, which are made once the handshake is whole.
  server.on('newSession', (_id: Buffer, session: Buffer, done: () => void) => {
    const told = rememberHere(session, connection.getStore()?.chain ?? []);
    // Until then the client has no ticket to resume the session by.
    if (told) told.then(done, done);
    else done();
  });

  return {
    chainOf(socket, sent) {
      const store = connection.getStore();
      const resumed = socket.isSessionReused();
      if (!resumed && sent.length === 0) return sent;
      const session = socket.getSession();
      let chain = sent;
      if (resumed) {
        const name = session && sessionName(session);
        chain = (name !== undefined && (current.get(name) ?? previous.get(name))?.chain()) || sent;
      } else if (session && socket.getProtocol() === 'TLSv1.2')
        void rememberHere(session, sent)?.catch(() => {});
      if (store) store.chain = chain;
      return chain;
    },
  };
}
