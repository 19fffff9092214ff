import { setTimeout as delay } from 'node:timers/promises';
import { DEVICE_CODE } from '../../src/grant/deferred-authorization.ts';
import { generateOpaqueToken, hashOpaqueToken } from '../../src/token/opaque-token.ts';
import {
  type AuthorizationServer,
  obtainCode,
  SCOPES,
  type TestBrowser,
  type TestClient,
} from '../authorization-server.ts';
import { type Answer, post } from '../token-client.ts';

/** What traffic came to under faults. */
export type Tally = {
  requests: number;
  /** Requests without an answer or with an error of the server's. */
  unanswered: number;
  /** Presented again after that, with success. */
  retried: number;
  retriesRefused: number;
  /** Codes refused after that, because their use was committed (RFC 6749 §4.1.2). */
  codesUsed: number;
  /** What was answered, and was not in force later. */
  lost: number;
  /** One secret that gave two different refresh tokens. */
  spentTwice: number;
};

/** Requests under way all the time, each repeated until it is answered. */
export type Traffic = {
  readonly tally: Tally;
  /** How often each worker came to an end of what it does. */
  readonly turns: readonly number[];
  /** Ends all workers, and asks for everything that was answered once more. */
  stop(): Promise<void>;
};

const AGAIN_MS = 40;
/** Of the tokens answered, so many of each worker are kept to be asked for at the end. */
const KEPT = 40;

type Form = Readonly<Record<string, string>>;

/** The part of traffic that knows how to send, whatever happens to the server. */
class Sender {
  readonly tally: Tally = {
    requests: 0,
    unanswered: 0,
    retried: 0,
    retriesRefused: 0,
    codesUsed: 0,
    lost: 0,
    spentTwice: 0,
  };
  readonly #server: AuthorizationServer;
  stopped = false;

  constructor(server: AuthorizationServer) {
    this.#server = server;
  }

  /** Sends a form until it is answered. */
  async persistently(path: string, form: Form, client: TestClient, proves: boolean) {
    for (let attempts = 1; ; attempts++) {
      this.tally.requests++;
      const answer = await this.#send(path, { client_id: client.client_id, ...form }, client, proves);
      if (answer && answer.status < 500) {
        if (attempts > 1 && answer.status === 200) this.tally.retried++;
        return { answer, wasRepeated: attempts > 1 };
      }
      this.tally.unanswered++;
      await delay(AGAIN_MS);
    }
  }

  async #send(path: string, form: Form, client: TestClient, proves: boolean): Promise<Answer | undefined> {
    try {
      return await post(`${this.#server.issuer}/oauth2/${path}`, form, proves ? client.tls : {});
    } catch {
      return undefined;
    }
  }

  /** Does what is no part of what is measured until it succeeds. */
  async eventually<T>(work: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await work();
      } catch (error) {
        if (this.stopped) throw error;
        await delay(AGAIN_MS);
      }
    }
  }

  refused(wasRepeated: boolean): void {
    if (wasRepeated) this.tally.retriesRefused++;
    else this.tally.lost++;
  }
}

/** Starts twenty workers: refresh tokens that are bound and that are not, codes, and devices. */
export async function startTraffic(server: AuthorizationServer): Promise<Traffic> {
  const sender = new Sender(server);
  const { tally } = sender;
  const { storage } = server.opened;
  const browser = await server.browser();
  const publicMetadata = { token_endpoint_auth_method: 'none', redirect_uris: ['com.example.app:/cb'] };
  const certified = await server.register();
  const app = await server.register(publicMetadata);
  const television = await server.register({
    redirect_uris: [],
    grant_types: [DEVICE_CODE, 'refresh_token'],
    scope: SCOPES.join(' '),
  });
  for (const client of [certified, app]) await server.consent(browser, client, SCOPES);
  const proves = (client: TestClient) => client !== app;

  const refresh = (client: TestClient, refresh_token: string) =>
    sender.persistently('token', { grant_type: 'refresh_token', refresh_token }, client, proves(client));

  /** @returns the refresh token; undefined when the code's use was committed and its answer lost */
  const redeemed = async (client: TestClient, by: TestBrowser): Promise<string | undefined> => {
    const { code, verifier } = await sender.eventually(() => obtainCode(server, by, client));
    const { redirect_uri } = client;
    const form = { grant_type: 'authorization_code', code, code_verifier: verifier, redirect_uri };
    const { answer, wasRepeated } = await sender.persistently('token', form, client, proves(client));
    if (answer.status === 200) return String(answer.json().refresh_token);
    const stored = await sender.eventually(() => storage.authorizationCodes.find(hashOpaqueToken(code)));
    if (wasRepeated && stored?.used_at !== undefined) tally.codesUsed++;
    else sender.refused(wasRepeated);
    return undefined;
  };
  const begun = async (client: TestClient): Promise<string> => {
    for (;;) {
      const token = await redeemed(client, browser);
      if (token !== undefined) return token;
    }
  };

  const kept: { readonly client: TestClient; readonly refresh_token: string }[][] = [];
  const keep = (worker: number, client: TestClient, refresh_token: string) => {
    const own = kept[worker] ?? [];
    kept[worker] = [...own, { client, refresh_token }].slice(-KEPT);
  };

  /** One family, refreshed for ever; now and then a token that was replaced is presented once more. */
  const refreshing = (client: TestClient) => {
    let held: string | undefined;
    return async (worker: number) => {
      held ??= await begun(client);
      const before = held;
      const { answer, wasRepeated } = await refresh(client, before);
      if (answer.status !== 200) {
        sender.refused(wasRepeated);
        held = undefined;
        return;
      }
      held = String(answer.json().refresh_token);
      kept[worker] = [{ client, refresh_token: held }];
      if (Math.random() < 0.8) return;
      const again = await refresh(client, before);
      if (again.answer.status !== 200) tally.retriesRefused++;
      else if (again.answer.json().refresh_token !== held) tally.spentTwice++;
    };
  };

  const redeeming = async (worker: number) => {
    const token = await redeemed(certified, browser);
    if (token !== undefined) keep(worker, certified, token);
  };

  const approve = async (device_code: string) => {
    const asked = await storage.deferredAuthorizations.find(hashOpaqueToken(device_code));
    if (asked?.state !== 'pending') return;
    const now = Date.now();
    const grant_id = generateOpaqueToken();
    const { sub } = browser.user;
    const { client_id, scope } = asked;
    const approval = { grant_id, scope, auth_time: Math.floor(now / 1000) };
    await storage.commit([
      storage.deferredAuthorizations.steps.decide({ ...asked, sub, state: 'approved', approval }, now),
      storage.grants.steps.insert({
        grant_id,
        client_id,
        sub,
        scope,
        created_at: now,
        expires_at: now + 86_400_000,
      }),
    ]);
  };
  const connecting = async (worker: number) => {
    const begin = await sender.persistently(
      'device_authorize',
      { scope: SCOPES.join(' ') },
      television,
      true,
    );
    const device_code = String(begin.answer.json().device_code);
    await sender.eventually(() => approve(device_code));
    const form = { grant_type: DEVICE_CODE, device_code };
    const { answer, wasRepeated } = await sender.persistently('token', form, television, true);
    if (answer.status !== 200) return sender.refused(wasRepeated);
    const refresh_token = String(answer.json().refresh_token);
    keep(worker, television, refresh_token);
    const again = await sender.persistently('token', form, television, true);
    if (again.answer.status !== 200) tally.retriesRefused++;
    else if (again.answer.json().refresh_token !== refresh_token) tally.spentTwice++;
    return undefined;
  };

  const works = [
    ...Array.from({ length: 6 }, () => refreshing(certified)),
    ...Array.from({ length: 6 }, () => refreshing(app)),
    ...Array.from({ length: 4 }, () => redeeming),
    ...Array.from({ length: 4 }, () => connecting),
  ];
  const turns = works.map(() => 0);
  const workers = works.map(async (work, worker) => {
    while (!sender.stopped) {
      await work(worker);
      turns[worker] = (turns[worker] ?? 0) + 1;
    }
  });

  return {
    tally,
    turns,
    async stop() {
      sender.stopped = true;
      await Promise.all(workers);
      for (const { client, refresh_token } of kept.flat()) {
        const { answer } = await refresh(client, refresh_token);
        if (answer.status !== 200) tally.lost++;
      }
    },
  };
}
