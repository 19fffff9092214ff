import { setTimeout as delay } from 'node:timers/promises';
import { ClientNotFound } from '../../src/registration/client-registrar.ts';
import { obtainCode, type TestClient } from '../authorization-server.ts';
import { createClientKey } from '../request-object.ts';
import { type Answer, call, post } from '../token-client.ts';
import { assertingClient, assertingForm, type Cluster, type Node, tokenOf } from './cluster.ts';
import type { WasLost } from './sender.ts';
import { postAs, type Scene, tokenFor, type Worker } from './worker.ts';

const ASSERTION_SECONDS = 290;
const KEPT = 20;
/** Milliseconds in which every node that reaches the database knows of a change. */
const KNOWN_WITHIN = 1_000;
/**
 * Milliseconds in which a node notices that it does not reach the database, and says so: half a second until it asks, one
 * without an answer (docs/health.md), and as much again as a machine needs that does other things. Until then it goes by
 * what it heard last; one that still says that it is ready afterwards has to know.
 */
const NOTICED_WITHIN = 2_000;
/** Milliseconds for which a node may go on without the database, and a while more. */
const REMEMBERED_MS = 70_000;
const AGAIN_MS = 100;

/** What is presented a second time, and must be refused. @param used when it was presented first */
async function mustBeRefused(
  { sender }: Scene,
  what: string,
  send: () => Promise<Answer>,
  used: number,
  wasLost: WasLost,
): Promise<void> {
  const { answer } = await sender.until(send, 400);
  if (answer.status !== 200) return;
  if (wasLost(used)) sender.lost(what);
  else sender.wronglyAccepted(what);
}

type Form = Readonly<Record<string, string>>;

/** One assertion after the other, each sent twice, and some of them once more at the end. */
export function asserting(scene: Scene, wasLost: WasLost): Worker {
  const { sender, server, from } = scene;
  const key = createClientKey();
  let client: TestClient | undefined;
  let kept: readonly { readonly form: Form; readonly used: number }[] = [];
  const present = (form: Form) => post(`${server.issuer}/oauth2/token`, form, { from });
  return {
    async turn() {
      client ??= await sender.eventually(() => server.register(assertingClient(key)));
      const form = await assertingForm(key, client.client_id, server.issuer, ASSERTION_SECONDS);
      const first = await sender.until(() => present(form));
      // Remembered though it was answered with 503: it was never accepted, and a failover may forget it.
      if (first.answer.status !== 200) return sender.refusedAsUsed('an assertion', true, first);
      const used = Date.now();
      await mustBeRefused(scene, 'an assertion that was used', () => present(form), used, wasLost);
      // Of all of the run some, not only the last.
      if (kept.length < KEPT) kept = [...kept, { form, used }];
      else if (Math.random() < 0.2) kept = kept.with(Math.floor(Math.random() * KEPT), { form, used });
      return undefined;
    },
    async verify() {
      for (const { form, used } of kept) {
        await mustBeRefused(scene, 'an assertion that was used before', () => present(form), used, wasLost);
      }
    },
  };
}

/** One code after the other, each redeemed twice, which ends what it gave (RFC 6749 §4.1.2). */
export function redeemingTwice(scene: Scene, client: TestClient, wasLost: WasLost): Worker {
  const { sender, server, browser } = scene;
  const { redirect_uri } = client;
  return {
    async turn() {
      const { code, verifier } = await sender.eventually(() => obtainCode(server, browser, client));
      const form = { grant_type: 'authorization_code', code, code_verifier: verifier, redirect_uri };
      const first = await tokenFor(scene, client, form);
      if (first.answer.status !== 200) return sender.refusedAsUsed('a code', true, first);
      const used = Date.now();
      const { refresh_token } = first.answer.json();
      const again = () => postAs(scene, client, 'token', form);
      await mustBeRefused(scene, 'a code that was used', again, used, wasLost);
      const renew = () =>
        postAs(scene, client, 'token', {
          grant_type: 'refresh_token',
          refresh_token: String(refresh_token),
        });
      return mustBeRefused(scene, 'a token of a code that was used twice', renew, used, wasLost);
    },
    verify: async () => {},
  };
}

/** One client after the other is disabled, and asks every node for a token as soon as it has to know. */
export function disabling(scene: Scene, { nodes }: Pick<Cluster, 'nodes'>): Worker {
  const { sender, server } = scene;
  const { clients, storage } = server.opened;
  const by = { name: 'test', through: 'command-line' } as const;

  /** What a node says that cannot reach the database is what it remembers. */
  const knows = async ({ url }: Node) => {
    const answer = await call(`${url}/health/ready`).catch(() => undefined);
    return answer?.status === 200 && answer.json().status === 'ready';
  };

  async function askNode(
    node: Node,
    form: Readonly<Record<string, string>>,
    disabled: () => Promise<boolean>,
  ): Promise<void> {
    const deadline = Date.now() + REMEMBERED_MS;
    while (Date.now() < deadline) {
      const known = await knows(node);
      const answer = await tokenOf(node, form).catch(() => undefined);
      // A node that is not there accepts nothing.
      if (!answer || (answer.status >= 400 && answer.status < 500)) return;
      if (!(await sender.eventually(disabled))) return sender.lost('the end of a client');
      await delay(known ? NOTICED_WITHIN : AGAIN_MS);
      // One that was cut off that moment says so by then.
      if (known && answer.status === 200 && (await knows(node))) break;
    }
    sender.wronglyAccepted(`a client that was disabled, by node ${node.name}`);
  }

  return {
    async turn() {
      const registered = await sender.eventually(() =>
        server.register({
          client_name: 'Disabled soon',
          token_endpoint_auth_method: 'client_secret_post',
          grant_types: ['client_credentials'],
          redirect_uris: [],
        }),
      );
      const { client_id, client_secret = '' } = registered;
      const form = { grant_type: 'client_credentials', client_id, client_secret };
      // Every node remembers it.
      for (const node of nodes) await tokenOf(node, form).catch(() => {});
      const isThere = await sender.eventually(() =>
        clients.change(client_id, { enabled: false }, by).then(
          () => true,
          (error: unknown) => {
            if (error instanceof ClientNotFound) return false;
            throw error;
          },
        ),
      );
      if (!isThere) return sender.lost('a client');
      await delay(KNOWN_WITHIN);
      const disabled = async () => (await storage.clients.find(client_id))?.enabled === false;
      await Promise.all(nodes.map((node) => askNode(node, form, disabled)));
      // For whoever waits until all were answered.
      sender.answered++;
      return undefined;
    },
    verify: async () => {},
  };
}
