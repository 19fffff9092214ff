import type { EventRecorder } from '../../event/event-recorder.ts';
import { type OutboundFetch, OutboundRefused } from '../../outbound/outbound-fetch.ts';
import type { ClientStore } from '../../storage/storage.ts';
import type { DeferredAuthorization } from '../../token/deferred-authorization.ts';
import { CannotUnseal, seal, unseal } from '../../token/sealing.ts';

/** What a client that wants to be told gave and got (CIBA §7.1, §7.3). */
export type Notification = { readonly auth_req_id: string; readonly client_notification_token: string };

/** Tells clients that a person decided (CIBA §10.2). */
export type Pings = {
  /** How the notification of a request is kept until then. */
  seal(notification: Notification, authorization_sha256: string): string;
  /** Sends in the background: nobody's page waits for a client's server. */
  decided(authorization: DeferredAuthorization): void;
  /** Waits for everything under way. */
  close(): Promise<void>;
};

const TIMEOUT_MS = 10_000;
const LARGEST_ANSWER = 65_536;
const purpose = (authorization_sha256: string) => `backchannel notification ${authorization_sha256}`;

export function createPings({
  clients,
  fetch,
  events,
  encryptionKey,
}: {
  readonly clients: ClientStore;
  readonly fetch: OutboundFetch;
  readonly events: EventRecorder;
  /** 32 bytes, the deployment's `[encryption] key`. */
  readonly encryptionKey: Uint8Array;
}): Pings {
  const underWay = new Set<Promise<void>>();

  const opened = (sealed: string, authorization_sha256: string): Notification => {
    const value: unknown = JSON.parse(unseal(sealed, encryptionKey, purpose(authorization_sha256)));
    if (
      typeof value === 'object' &&
      value !== null &&
      'auth_req_id' in value &&
      'client_notification_token' in value
    ) {
      const { auth_req_id, client_notification_token } = value;
      if (typeof auth_req_id === 'string' && typeof client_notification_token === 'string') {
        return { auth_req_id, client_notification_token };
      }
    }
    throw new CannotUnseal('the notification is unreadable');
  };

  const tell = async (client_id: string, sealed: string, authorization_sha256: string) => {
    const client = await clients.find(client_id);
    const url = client?.metadata.backchannel_client_notification_endpoint;
    if (!client?.enabled || url === undefined) return;
    try {
      const { auth_req_id, client_notification_token } = opened(sealed, authorization_sha256);
      await fetch({
        url,
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          authorization: `Bearer ${client_notification_token}`,
        },
        body: Buffer.from(JSON.stringify({ auth_req_id })),
        maxBytes: LARGEST_ANSWER,
        timeoutMs: TIMEOUT_MS,
      });
      events.record({ type: 'ping.delivered', outcome: 'success', client_id, detail: { url } });
    } catch (error) {
      // The client still learns of it by asking.
      events.record({
        type: 'ping.undelivered',
        outcome: 'failure',
        client_id,
        evidence: {
          ...(error instanceof OutboundRefused && error.evidence),
          why: error instanceof Error ? error.message : String(error),
        },
        detail: { url },
      });
    }
  };

  return {
    seal: (notification, authorization_sha256) =>
      seal(JSON.stringify(notification), encryptionKey, purpose(authorization_sha256)),
    decided({ client_id, sealed_notification, authorization_sha256 }) {
      if (sealed_notification === undefined) return;
      const work = tell(client_id, sealed_notification, authorization_sha256).finally(() =>
        underWay.delete(work),
      );
      underWay.add(work);
    },
    async close() {
      await Promise.allSettled(underWay);
    },
  };
}
