import type { Person } from '../interop/person.ts';
import { type Answer, call } from '../packages/server/test/token-client.ts';

/** The server under test, as its administrator reaches it. */
export type Countersign = {
  readonly issuer: string;
  /** Registers a client. @returns its id, and its secret if it has one */
  addClient(
    metadata: Readonly<Record<string, unknown>>,
  ): Promise<{ readonly client_id: string; readonly client_secret?: string }>;
  removeClient(client_id: string): Promise<void>;
  /**
   * Makes a person; one of that name who is there already is given this password, loses every second factor, and keeps
   * the claims.
   */
  ensureUser(person: Person, claims: Readonly<Record<string, unknown>>): Promise<void>;
  /** Signs with the next key of an algorithm (RFC 7518 §3.1) from now on. */
  rotateKey(algorithm: string): Promise<void>;
};

/** The admin API of a server. */
export function countersignAt(issuer: string, username: string, password: string): Countersign {
  const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
  const ask = (method: string, path: string, body?: unknown): Promise<Answer> =>
    call(`${issuer}/api/admin/v1/${path}`, {
      method,
      headers: {
        authorization,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  const expect = (answer: Answer, what: string, ...wanted: readonly number[]): Answer => {
    if (wanted.includes(answer.status)) return answer;
    throw new Error(`${what}: expected ${wanted.join(' or ')}, got ${answer.status}\n${answer.text}`);
  };

  return {
    issuer,
    async addClient(metadata) {
      const answer = expect(
        await ask('POST', 'clients', metadata),
        `registering ${metadata.client_name}`,
        201,
      );
      const { client_id, client_secret } = answer.json();
      if (typeof client_id !== 'string') throw new TypeError('the admin API answered no client_id');
      return typeof client_secret === 'string' ? { client_id, client_secret } : { client_id };
    },
    async removeClient(client_id) {
      expect(await ask('DELETE', `clients/${encodeURIComponent(client_id)}`), 'removing a client', 204, 404);
    },
    async ensureUser({ username: name, password: secret }, claims) {
      const path = `users/${encodeURIComponent(name)}`;
      const known = expect(await ask('GET', path), `reading ${name}`, 200, 404).status === 200;
      if (!known) {
        const user = { username: name, password: secret, claims, roles: [] };
        expect(await ask('POST', 'users', user), `adding ${name}`, 201);
        return;
      }
      expect(await ask('PUT', `${path}/password`, { password: secret }), 'setting a password', 200);
      expect(await ask('DELETE', `${path}/credentials`), 'removing second factors', 200);
    },
    async rotateKey(algorithm) {
      expect(await ask('POST', `signing-keys/rotate?algorithm=${algorithm}`), 'rotating a key', 200);
    },
  };
}
