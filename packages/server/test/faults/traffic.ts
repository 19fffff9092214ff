import { Agent } from 'node:https';
import { setTimeout as delay } from 'node:timers/promises';
import { CIBA, DEVICE_CODE } from '../../src/grant/deferred-authorization.ts';
import { type AuthorizationServer, SCOPES } from '../authorization-server.ts';
import type { TestDeployment } from '../countersign-process.ts';
import { post } from '../token-client.ts';
import { asking, connecting } from './deferred-workers.ts';
import { refreshing, signingIn } from './person-workers.ts';
import { administering, registering } from './registration-workers.ts';
import { Count, Sender, type Tally, type WasLost } from './sender.ts';
import { SCOPE, type Scene, type Worker } from './worker.ts';

/** Requests under way all the time, each repeated until it is answered. */
export type Traffic = {
  readonly tally: Tally;
  /** What went wrong, in words. */
  readonly notes: readonly string[];
  /** How many requests of each worker were answered. */
  answered(): readonly number[];
  /** Ends all workers, and asks for everything that was answered once more. */
  stop(): Promise<void>;
  /** Ends them without waiting, when nothing is to be found out any more. */
  abandon(): void;
};

/**
 * What a deployment needs for it. Registration access tokens are replaced, which is harder than keeping them.
 * @param reuseWindow seconds in which what was replaced yields its successor once more
 */
export const trafficDeployment = (reuseWindow: number): TestDeployment => ({
  oauth: { refresh_token_reuse_window: reuseWindow },
  registration: {
    registration_access_token_reuse_window: reuseWindow,
    mode: 'token',
    client_certificate: 'optional',
    max_requests_per_address: 1_000_000,
    registration_access_token_rotation: 'always',
  },
});

/** A stranger, who is refused whatever happens. */
function refused({ server, sender, from }: Scene): Worker {
  const form = { grant_type: 'client_credentials', client_id: 'nobody' };
  return {
    async turn() {
      const final = await sender.until(() => post(`${server.issuer}/oauth2/token`, form, { from }), 401);
      if (final.answer.status === 200) sender.wronglyAccepted('a client that does not exist');
      else if (final.answer.status !== 401) sender.refused('a refusal', final);
    },
    verify: async () => {},
  };
}

/**
 * Milliseconds that each worker leaves between two turns. Without it twenty take all the time that a server has for
 * strangers, and the server does to whoever cost most what it does in a flood: 429.
 */
const PAUSE_MS = 50;

/** What traffic has beside its twenty workers, and how it judges. */
export type TrafficSetting = {
  /** How others are made. */
  readonly workers?: readonly ((scene: Scene) => Worker)[];
  /** What the database may lose of what was answered; nothing unless given. */
  readonly wasLost?: WasLost;
  /** Whether every second worker keeps its connection; each request has one of its own unless given. */
  readonly keepsConnections?: boolean;
};

/** Starts twenty workers. */
export async function startTraffic(
  server: AuthorizationServer,
  { workers: more = [], wasLost = () => false, keepsConnections = false }: TrafficSetting = {},
): Promise<Traffic> {
  const count = new Count(wasLost);
  const browser = await server.browser();
  const certified = await server.register();
  const app = await server.register({ token_endpoint_auth_method: 'none' });
  const elsewhere = { redirect_uris: [], scope: SCOPE };
  const television = await server.register({ ...elsewhere, grant_types: [DEVICE_CODE, 'refresh_token'] });
  const till = await server.register({
    ...elsewhere,
    grant_types: [CIBA, 'refresh_token'],
    backchannel_token_delivery_mode: 'poll',
  });
  for (const client of [certified, app]) await server.consent(browser, client, SCOPES);

  const senders: Sender[] = [];
  const agents: Agent[] = [];
  const agent = (): Agent => {
    const kept = new Agent({ keepAlive: true, maxSockets: 1 });
    agents.push(kept);
    return kept;
  };
  const times = (times: number, worker: (scene: Scene) => Worker) =>
    Array.from({ length: times }, () => {
      const sender = new Sender(count);
      senders.push(sender);
      return worker({
        server,
        sender,
        browser,
        agent: keepsConnections && senders.length % 2 === 0 ? agent() : undefined,
        // Elsewhere than on Linux the loopback interface has but one address.
        from: process.platform === 'linux' ? `127.0.1.${senders.length}` : undefined,
      });
    });
  const workers = [
    ...times(4, (scene) => refreshing(scene, certified)),
    ...times(4, (scene) => refreshing(scene, app)),
    ...times(3, (scene) => signingIn(scene, certified, 'in the browser')),
    ...times(3, (scene) => signingIn(scene, certified, 'pushed')),
    ...times(2, (scene) => connecting(scene, television)),
    ...times(1, (scene) => asking(scene, till)),
    ...times(1, registering),
    ...times(1, administering),
    ...times(1, refused),
    ...more.flatMap((worker) => times(1, worker)),
  ];
  const working = workers.map(async ({ turn }) => {
    while (!count.stopped) {
      await turn();
      await delay(PAUSE_MS);
    }
  });

  return {
    tally: count.tally,
    notes: count.notes,
    answered: () => senders.map(({ answered }) => answered),
    async stop() {
      count.stopped = true;
      await Promise.all(working);
      await Promise.all(workers.map(({ verify }) => verify()));
      for (const kept of agents) kept.destroy();
    },
    abandon() {
      count.stopped = count.abandoned = true;
      for (const kept of agents) kept.destroy();
      Promise.all(working).catch(() => {});
    },
  };
}
