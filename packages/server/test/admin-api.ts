import { adminApiDescription } from './admin-api-description.ts';
import { type Answer, type Call, call } from './token-client.ts';

/** A client as the admin API answers it after its registration. */
export type Registered = { readonly client_id: string; readonly client_secret: string };

type Headers = Readonly<Record<string, string>>;

/** The admin API of a test's server, for the administrator `admin` / `admin`. */
export type AdminApi = {
  request(method: string, path: string, body?: unknown, headers?: Headers): Promise<Answer>;
  /** As `request`, refusing every status but 2xx. */
  json(method: string, path: string, body?: unknown): Promise<Record<string, unknown>>;
  /** Registers a client by its RFC 7591 metadata. */
  register(metadata: Readonly<Record<string, unknown>>): Promise<Registered>;
  /** Changes a client as it is now. */
  update(client_id: string, changes: Readonly<Record<string, unknown>>): Promise<Record<string, unknown>>;
  /** Changes an account as it is now. */
  updateUser(username: string, changes: Readonly<Record<string, unknown>>): Promise<Record<string, unknown>>;
};

/**
 * Calls the admin API of the server with this issuer and holds the answer against its description.
 * @param path below `/api/admin/v1`
 * @throws AssertionError when it is not as described
 */
export async function callAdminApi(issuer: string, path: string, options: Call = {}): Promise<Answer> {
  const answer = await call(`${issuer}/api/admin/v1${path}`, options);
  const { check } = await adminApiDescription(issuer);
  check(options.method ?? 'GET', path, options.body, answer);
  return answer;
}

/** The admin API of the server with this issuer; every answer is held against its description. */
export function adminApiOf(issuer: string): AdminApi {
  const request = (method: string, path: string, body?: unknown, headers: Headers = {}) =>
    callAdminApi(issuer, path, {
      method,
      headers: {
        authorization: `Basic ${Buffer.from('admin:admin').toString('base64')}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  const json = async (method: string, path: string, body?: unknown) => {
    const answer = await request(method, path, body);
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
    return answer.text === '' ? {} : answer.json();
  };
  const changeNow = async (path: string, changes: unknown) => {
    const { headers } = await request('GET', path);
    const answer = await request('PATCH', path, changes, { 'if-match': String(headers.etag) });
    if (answer.status >= 300) throw new Error(`PATCH ${path}: ${answer.status} ${answer.text}`);
    return answer.json();
  };
  return {
    request,
    json,
    async register(metadata) {
      const { client_id, client_secret } = await json('POST', '/clients', metadata);
      return { client_id: String(client_id), client_secret: String(client_secret) };
    },
    update: (client_id, changes) => changeNow(`/clients/${encodeURIComponent(client_id)}`, changes),
    updateUser: (username, changes) => changeNow(`/users/${encodeURIComponent(username)}`, changes),
  };
}
