import type { Agent } from 'node:https';
import {
  type AuthorizationServer,
  SCOPES,
  type TestBrowser,
  type TestClient,
} from '../authorization-server.ts';
import { type Answer, post } from '../token-client.ts';
import type { Final, Sender } from './sender.ts';

/** One of those who have a request under way all the time. */
export type Worker = {
  /** Does what it does once, to the end. */
  turn(): Promise<void>;
  /** Asks for what was answered once more, when all is over. */
  verify(): Promise<void>;
};

/** What all workers have. */
export type Scene = {
  readonly server: AuthorizationServer;
  readonly sender: Sender;
  readonly browser: TestBrowser;
  /** Keeps the worker's connection from one request to the next; absent where each has one of its own. */
  readonly agent: Agent | undefined;
  /** The address it asks from: a server has strangers of one address wait for one another. */
  readonly from: string | undefined;
};

type Form = Readonly<Record<string, string>>;

export const SCOPE = SCOPES.join(' ');

/** Posts a form as a client; a public one proves nothing. */
export async function postAs(
  { server, agent, from }: Scene,
  client: TestClient,
  path: string,
  form: Form,
): Promise<Answer> {
  return post(
    `${server.issuer}/oauth2/${path}`,
    { client_id: client.client_id, ...form },
    { ...(!client.isPublic && client.tls), ...(agent && { agent }), from },
  );
}

export const tokenFor = (scene: Scene, client: TestClient, form: Form): Promise<Final> =>
  scene.sender.until(() => postAs(scene, client, 'token', form));

export const refresh = (scene: Scene, client: TestClient, refresh_token: string): Promise<Final> =>
  tokenFor(scene, client, { grant_type: 'refresh_token', refresh_token });

/** Of the tokens answered, so many of each worker are kept to be asked for at the end. */
const KEPT = 20;

/** Refresh tokens that were answered last. */
export class HeldTokens {
  readonly #scene: Scene;
  readonly #client: TestClient;
  #tokens: readonly string[] = [];

  constructor(scene: Scene, client: TestClient) {
    this.#scene = scene;
    this.#client = client;
  }

  add(refresh_token: string): void {
    this.#tokens = [...this.#tokens, refresh_token].slice(-KEPT);
  }

  /** Forgets those before: they were replaced. */
  replace(refresh_token: string | undefined): void {
    this.#tokens = refresh_token === undefined ? [] : [refresh_token];
  }

  async verify(): Promise<void> {
    for (const token of this.#tokens) {
      const { answer } = await refresh(this.#scene, this.#client, token);
      if (answer.status !== 200) this.#scene.sender.lost(`a refresh token: ${answer.text}`);
    }
  }
}
