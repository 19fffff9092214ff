import { get } from 'node:https';
import { connect as connectPlain } from 'node:net';
import { connect, type TLSSocket } from 'node:tls';
import { z } from 'zod';
import { check } from './check.ts';
import { type Examination, isAllAddresses } from './examination.ts';
import { type Found, failed, ok, warning } from './finding.ts';

const PATIENCE_MS = 3_000;

/** Where something listens, as one of this machine reaches it. */
type Door = { readonly what: string; readonly host: string; readonly port: number };

/** What was met at a door. */
type Met =
  | { readonly kind: 'nobody'; readonly why: string }
  | { readonly kind: 'silent' }
  /** It takes connections and speaks something else. */
  | { readonly kind: 'stranger'; readonly why: string }
  | { readonly kind: 'tls'; readonly protocol: string; readonly fingerprint: string | undefined };

/** Not by a name: there are machines on which `localhost` is none. */
function hereIs(bind: string): string {
  if (!isAllAddresses(bind)) return bind;
  return bind.includes(':') ? '::1' : '127.0.0.1';
}
const placeOf = ({ host, port }: Door): string => `${host.includes(':') ? `[${host}]` : host}:${port}`;

const codeOf = (error: Error): unknown => ('code' in error ? error.code : undefined);
/** What a connection that was never made says. */
const UNMADE: ReadonlySet<unknown> = new Set([
  'ECONNREFUSED',
  'EADDRNOTAVAIL',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
]);

/** Why each address of a name was refused; a name has several. */
const firstCode = (error: Error): unknown =>
  error instanceof AggregateError && error.errors[0] instanceof Error
    ? codeOf(error.errors[0])
    : codeOf(error);

/** What OpenSSL says, without where in its sources. */
const reasonOf = (error: Error): string =>
  'reason' in error && typeof error.reason === 'string' ? error.reason : error.message.trim();

function knock({ host, port }: Door): Promise<Met> {
  return new Promise((done) => {
    const socket: TLSSocket = connect({ host, port, rejectUnauthorized: false, timeout: PATIENCE_MS });
    let isConnected = false;
    const finish = (met: Met) => {
      socket.destroy();
      done(met);
    };
    socket.once('connect', () => {
      isConnected = true;
    });
    socket.once('secureConnect', () => {
      const { fingerprint256 } = socket.getPeerX509Certificate() ?? {};
      finish({ kind: 'tls', protocol: socket.getProtocol() ?? 'TLS', fingerprint: fingerprint256 });
    });
    socket.once('timeout', () => finish({ kind: isConnected ? 'silent' : 'nobody', why: 'no answer' }));
    socket.once('error', (error) =>
      finish(
        isConnected || !UNMADE.has(firstCode(error))
          ? { kind: 'stranger', why: reasonOf(error) }
          : { kind: 'nobody', why: error.message || String(firstCode(error)) },
      ),
    );
  });
}

/** Octets of an answer that are read: metadata of this server are a few thousand. */
const MOST_READ = 65_536;

/** What a path answers over a connection of its own; undefined where nothing that looks like an answer comes. */
function answerOf({ host, port }: Door, path: string): Promise<string | undefined> {
  return new Promise((done) => {
    const sent = get({ host, port, path, timeout: PATIENCE_MS, agent: false, rejectUnauthorized: false });
    sent.once('response', (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (piece: string) => {
        text += piece;
        if (text.length > MOST_READ) sent.destroy();
      });
      response.once('close', () => done(text));
    });
    sent.once('timeout', () => sent.destroy());
    sent.once('error', () => done(undefined));
    sent.once('close', () => done(undefined));
  });
}

const Metadata = z.object({ issuer: z.string() });

function issuerIn(text: string | undefined): string | undefined {
  try {
    return Metadata.safeParse(JSON.parse(text ?? '')).data?.issuer;
  } catch {
    return undefined;
  }
}

/** While it starts and while its database is away a server tells no metadata. */
const LIVE = /"status":"live"/;

/** Who speaks TLS there with another certificate than this home's: a server that has not taken it up yet is this one. */
async function strangerAt(door: Door, issuer: string): Promise<string | undefined> {
  const found = issuerIn(await answerOf(door, '/.well-known/openid-configuration'));
  if (found === issuer) return undefined;
  if (found !== undefined) return `it is the server of ${found}`;
  const health = await answerOf(door, '/health/live');
  if (health !== undefined && LIVE.test(health)) return undefined;
  return 'it speaks TLS with another certificate than this home’s, and is no Countersign';
}

type Known = { readonly fingerprints: readonly string[]; readonly issuer: string };

async function secureFindings(door: Door, { fingerprints, issuer }: Known): Promise<readonly Found[]> {
  const met = await knock(door);
  const place = placeOf(door);
  if (met.kind === 'nobody') {
    return [warning('listener_not_running', `not running on ${place} (${met.why})`)];
  }
  if (met.kind === 'silent') {
    return [failed('listener_silent', `something takes connections on ${place} and does not answer`)];
  }
  if (met.kind === 'stranger') {
    return [failed('port_taken', `something else holds ${place}: it does not speak TLS (${met.why})`)];
  }
  const isOurs = met.fingerprint !== undefined && fingerprints.includes(met.fingerprint);
  const stranger = isOurs ? undefined : await strangerAt(door, issuer);
  return stranger === undefined
    ? [ok(`answers on ${place} with ${met.protocol}`)]
    : [failed('port_taken', `something else holds ${place}: ${stranger}`)];
}

/** Whether anything takes connections there. */
function takesConnections({ host, port }: Door): Promise<boolean> {
  return new Promise((done) => {
    const socket = connectPlain({ host, port, timeout: PATIENCE_MS });
    const finish = (does: boolean) => {
      socket.destroy();
      done(does);
    };
    socket.once('connect', () => finish(true));
    socket.once('timeout', () => finish(false));
    socket.once('error', () => finish(false));
  });
}

/** A plain listener is where the server is, and nowhere else. */
async function plainFindings(door: Door, isRunning: boolean): Promise<readonly Found[]> {
  const isTaken = await takesConnections(door);
  if (isTaken && !isRunning) {
    return [
      failed('port_taken', `something holds ${placeOf(door)}, for ${door.what}, and the server does not run`),
    ];
  }
  if (!isTaken && isRunning) {
    return [warning('listener_not_running', `nothing answers on ${placeOf(door)}, for ${door.what}`)];
  }
  return [];
}

async function fingerprintsOf({ stores }: Examination): Promise<readonly string[]> {
  try {
    const [own] = (await stores()).stores().serverKey.chain;
    return own === undefined ? [] : [own.x509.fingerprint256];
  } catch {
    return [];
  }
}

/** Whether this server, or something else, holds the ports of the deployment. */
export const listenerCheck = check(
  'listener',
  async (examination) => {
    const { server, transport, metrics, health } = examination.configuration.atStart;
    const host = hereIs(server.bind);
    const main = { what: '[server] port', host, port: server.port };
    if (transport.proxy.proxy_protocol) {
      // Whoever does not come through the proxy is shown the door.
      const isTaken = await takesConnections(main);
      return isTaken
        ? [ok(`takes connections on ${placeOf(main)}; more is told to the proxy alone`)]
        : [warning('listener_not_running', `not running on ${placeOf(main)}`)];
    }
    const known = { fingerprints: await fingerprintsOf(examination), issuer: server.base_url };
    const found = await secureFindings(main, known);
    const isRunning = found.some(({ outcome }) => outcome === 'ok');
    const mtls = { what: '[transport.mtls] port', host, port: transport.mtls.port };
    const plain = [
      ...(metrics.enable ? [{ what: '[metrics] port', host: hereIs(metrics.bind), port: metrics.port }] : []),
      ...(health.port === undefined
        ? []
        : [{ what: '[health] port', host: hereIs(health.bind), port: health.port }]),
    ];
    const others = await Promise.all([
      ...(transport.mtls.enable && isRunning ? [secureFindings(mtls, known)] : []),
      ...plain.map((door) => plainFindings(door, isRunning)),
    ]);
    return [...found, ...others.flat()];
  },
  { asksOthers: true, limit: 15_000 },
);
