import { z } from 'zod';
import type { EventRecorder } from '../../event/event-recorder.ts';
import { type OutboundFetch, OutboundRefused } from '../../outbound/outbound-fetch.ts';
import type { ClientStore } from '../../storage/storage.ts';
import type { DeferredAuthorization } from '../../token/deferred-authorization.ts';
import { CannotUnseal, seal, unseal } from '../../token/sealing.ts';
import type { Step } from '../../unit-of-work.ts';
import { createNotices, type NoticesOptions } from '../notices.ts';

/** What a client that wants to be told gave and got (CIBA §7.1, §7.3). */
export type Notification = { readonly auth_req_id: string; readonly client_notification_token: string };

/** Tells clients that a person decided (CIBA §10.2). */
export type Pings = {
  /** How the notification of a request is kept until then. */
  seal(notification: Notification, authorization_sha256: string): string;
  /** What remembers that the client is to be told, in the unit of work of the decision. */
  steps(authorization: DeferredAuthorization): readonly Step[];
  /** Tells it in the background, once that is committed: nobody's page waits for a client's server. */
  decided(authorization: DeferredAuthorization): void;
  /** Waits for everything under way. */
  close(): Promise<void>;
};

const Notice = z.object({ client_id: z.string(), sealed: z.string(), authorization_sha256: z.string() });
type Notice = z.infer<typeof Notice>;

const TIMEOUT_MS = 10_000;
const LARGEST_ANSWER = 65_536;
const purpose = (authorization_sha256: string) => `backchannel notification ${authorization_sha256}`;

export function createPings({
  clients,
  fetch,
  events,
  encryptionKey,
  storage,
  clock,
  reportError,
}: Pick<NoticesOptions<Notice>, 'storage' | 'clock' | 'reportError'> & {
  readonly clients: Pick<ClientStore, 'find'>;
  readonly fetch: OutboundFetch;
  readonly events: EventRecorder;
  /** 32 bytes, the deployment's `[encryption] key`. */
  readonly encryptionKey: Uint8Array;
}): Pings {
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

  const tell = async ({ client_id, sealed, authorization_sha256 }: Notice): Promise<boolean> => {
    const client = await clients.find(client_id);
    const url = client?.metadata.backchannel_client_notification_endpoint;
    if (!client?.enabled || url === undefined) return true;
    try {
      const { auth_req_id, client_notification_token } = opened(sealed, authorization_sha256);
      await fetch({
        purpose: 'notice',
        client_id,
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
    return true;
  };

  const notices = createNotices({
    kind: 'backchannel-notice',
    record: Notice,
    storage,
    clock,
    tell,
    reportError,
  });
  const noticeOf = ({
    client_id,
    sealed_notification: sealed,
    authorization_sha256,
  }: DeferredAuthorization) =>
    sealed === undefined ? undefined : { client_id, sealed, authorization_sha256 };

  return {
    seal: (notification, authorization_sha256) =>
      seal(JSON.stringify(notification), encryptionKey, purpose(authorization_sha256)),
    steps(authorization) {
      const notice = noticeOf(authorization);
      return notice ? [notices.step(notice.authorization_sha256, notice)] : [];
    },
    decided(authorization) {
      const notice = noticeOf(authorization);
      if (notice) notices.begin(notice.authorization_sha256, notice);
    },
    close: notices.close,
  };
}
