import { randomUUID } from 'node:crypto';
import { generateOpaqueToken, hashOpaqueToken } from '../../src/token/opaque-token.ts';
import { type Answer, call, post } from '../token-client.ts';
import type { Scene, Worker } from './worker.ts';

const DAY_MS = 86_400_000;
const KEPT = 20;

const send = (
  url: string,
  method: string,
  headers: Readonly<Record<string, string>>,
  body?: unknown,
  from?: string,
): Promise<Answer> =>
  call(url, {
    from,
    method,
    headers: { ...headers, ...(body !== undefined && { 'content-type': 'application/json' }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });

const metadataOf = (client_name: string) => ({
  client_name,
  token_endpoint_auth_method: 'client_secret_post',
  grant_types: ['client_credentials'],
});

/** Clients that were registered under a key each, and how they are asked for. */
class Registered {
  readonly #scene: Scene;
  #kept: readonly {
    readonly key: string;
    readonly at: number;
    readonly ask: (() => Promise<Answer>) | undefined;
  }[] = [];

  constructor(scene: Scene) {
    this.#scene = scene;
  }

  /**
   * @param at when what is to be found was answered
   * @param ask gets the client; absent when it was removed
   */
  add(key: string, at: number, ask?: () => Promise<Answer>): void {
    this.#kept = [...this.#kept, { key, at, ask }].slice(-KEPT);
  }

  /** Each is there as it was left, once, and those removed are not. */
  async verify(): Promise<void> {
    const { sender, server } = this.#scene;
    for (const { key, at, ask } of this.#kept) {
      const { items } = await server.opened.storage.clients.list({ search: key, limit: 10 });
      sender.expectSame(`clients registered with one key`, items.length, ask ? 1 : 0, at);
      const answer = await ask?.();
      if (answer && answer.json().client_name !== `${key} renamed`) sender.lost(`a client: ${answer.text}`);
    }
  }
}

/** Whether the secret that a registration answered is one. */
async function checkSecret(
  { sender, server, from }: Scene,
  registration: Record<string, unknown>,
): Promise<void> {
  const form = {
    grant_type: 'client_credentials',
    client_id: String(registration.client_id),
    client_secret: String(registration.client_secret),
  };
  const final = await sender.until(() => post(`${server.issuer}/oauth2/token`, form, { from }));
  if (final.answer.status !== 200) sender.lost(`the secret of a client: ${final.answer.text}`);
}

/** A client that is registered, and what is done with it next. */
type Managed = {
  readonly key: string;
  readonly registration: Record<string, unknown>;
  /** Sends its change of name, reads it, removes it; `gone` is how what is removed is answered. */
  rename(client_name: string): Promise<Answer>;
  read(): Promise<Answer>;
  remove(): Promise<Answer>;
  readonly gone: number;
};

/** Registers with a key, and once more; then renames, reads, and removes every second one. */
async function throughLife(
  scene: Scene,
  kept: Registered,
  key: string,
  register: () => Promise<Answer>,
  managed: (registration: Record<string, unknown>) => Omit<Managed, 'key' | 'registration'>,
): Promise<void> {
  const { sender, server } = scene;
  const first = await sender.until(register, 201);
  if (first.answer.status !== 201) return sender.refused('a registration', first);
  const registration = first.answer.json();
  const again = await sender.until(register, 201);
  if (again.answer.status === 201)
    sender.expectSame('a registration', registration, again.answer.json(), first.at);
  else sender.refused('a registration', { ...again, wasRepeated: true });
  await checkSecret(scene, registration);

  const { rename, read, remove, gone } = managed(registration);
  const renamed = await sender.until(() => rename(`${key} renamed`));
  if (renamed.answer.status !== 200) sender.refused('a change of a client', renamed);
  const seen = await sender.until(read);
  if (seen.answer.status !== 200) sender.refused('a client', seen);
  if (Math.random() < 0.5) return kept.add(key, first.at, read);
  const removed = await sender.until(remove, 204);
  if (removed.answer.status === 204) return kept.add(key, removed.at);
  const client_id = String(registration.client_id);
  const stored = await sender.eventually(() => server.opened.storage.clients.find(client_id));
  sender.refusedAsUsed('a removal', stored === undefined && removed.answer.status === gone, removed);
  return undefined;
}

/** One client after the other registers itself, with an initial access token for one, and manages itself. */
export function registering(scene: Scene): Worker {
  const { sender, server, from } = scene;
  const { initialAccessTokens } = server.opened.storage;
  const kept = new Registered(scene);
  return {
    async turn() {
      const [token, key] = [generateOpaqueToken(), randomUUID()];
      const now = Date.now();
      await sender.eventually(() =>
        initialAccessTokens.insert({
          token_id: randomUUID(),
          token_sha256: hashOpaqueToken(token),
          label: 'traffic',
          clients_allowed: 1,
          clients_registered: 0,
          created_at: now,
          expires_at: now + DAY_MS,
        }),
      );
      const headers = { authorization: `Bearer ${token}`, 'idempotency-key': key };
      const register = () => send(`${server.issuer}/oauth2/register`, 'POST', headers, metadataOf(key), from);
      await throughLife(scene, kept, key, register, (registration) => {
        const { client_id, registration_access_token, registration_client_uri } = registration;
        let present = String(registration_access_token);
        const manage = async (method: string, body?: unknown) => {
          const authorization = `Bearer ${present}`;
          const answer = await send(String(registration_client_uri), method, { authorization }, body, from);
          if (answer.status === 200) present = String(answer.json().registration_access_token);
          return answer;
        };
        return {
          rename: (client_name) => manage('PUT', { ...metadataOf(client_name), client_id }),
          read: () => manage('GET'),
          remove: () => manage('DELETE'),
          gone: 401,
        };
      });
    },
    verify: () => kept.verify(),
  };
}

/** One client after the other is registered and changed by an administrator. */
export function administering(scene: Scene): Worker {
  const { from } = scene;
  const clients = `${scene.server.issuer}/api/admin/v1/clients`;
  const authorization = `Basic ${Buffer.from('admin:admin').toString('base64')}`;
  const kept = new Registered(scene);
  return {
    async turn() {
      const key = randomUUID();
      const headers = { authorization, 'idempotency-key': key };
      const register = () => send(clients, 'POST', headers, metadataOf(key), from);
      await throughLife(scene, kept, key, register, ({ client_id }) => {
        const manage = (method: string, body?: unknown) =>
          send(`${clients}/${client_id}`, method, { authorization }, body, from);
        return {
          rename: (client_name) => manage('PATCH', { client_name }),
          read: () => manage('GET'),
          remove: () => manage('DELETE'),
          gone: 404,
        };
      });
    },
    verify: () => kept.verify(),
  };
}
