import { type Certificate, parsePemCertificates } from '@countersign/x509';
import { clientRecords } from './client-records.ts';
import type { Migration } from './migration.ts';

/** The trust anchors that a record of any version names; none where they cannot be read. */
function anchorsIn({ trust_anchors }: Readonly<Record<string, unknown>>): readonly Certificate[] {
  const texts = Array.isArray(trust_anchors) ? trust_anchors.filter((each) => typeof each === 'string') : [];
  try {
    return texts.flatMap(parsePemCertificates);
  } catch {
    return [];
  }
}

/**
 * What is watched for its end: which notices were given of it, so that each is given once in a deployment; when the
 * certificates of clients and the authorities above them were used last; the authorities of clients' own; what nodes hold
 * that stands in no table; since when a signing key signs; and what is on its way to webhooks.
 */
export const watching: Migration = {
  version: 19,
  // Servers of before know nothing of these tables, and need not.
  oldest: 18,
  statements(dialect) {
    const text = dialect === 'sqlite' ? 'text' : 'text collate "C"';
    const integer = dialect === 'sqlite' ? 'integer' : 'bigint';
    const strict = dialect === 'sqlite' ? ' strict' : '';
    const ifNot = dialect === 'sqlite' ? '' : 'if not exists';
    return [
      `create table if not exists expiry_notice (watched ${text} not null, ends_at ${integer} not null, days ${integer} not null,
        event_id ${text} not null, noted_at ${integer} not null, expires_at ${integer} not null,
        primary key (watched, ends_at, days))${strict}`,
      `create table if not exists certificate_use (client_id ${text} not null, thumbprint ${text} not null,
        subject ${text} not null, not_before ${integer} not null, not_after ${integer} not null, first_used_at ${integer} not null, last_used_at ${integer} not null,
        expires_at ${integer} not null, primary key (client_id, thumbprint))${strict}`,
      'create index if not exists certificate_use_by_end on certificate_use (not_after, client_id, thumbprint)',
      'create index if not exists certificate_use_by_thumbprint on certificate_use (thumbprint)',
      `create table if not exists authority_use (thumbprint ${text} primary key, first_seen_at ${integer} not null,
        last_used_at ${integer} not null, expires_at ${integer} not null)${strict}`,
      `create table if not exists client_authority (thumbprint ${text} not null,
        client_id ${text} not null references client (client_id) on delete cascade, not_after ${integer},
        primary key (client_id, thumbprint))${strict}`,
      'create index if not exists client_authority_by_end on client_authority (not_after, thumbprint, client_id)',
      'create index if not exists client_authority_by_thumbprint on client_authority (thumbprint)',
      `create table if not exists held_by_node (holder ${text} primary key, record ${text} not null,
        seen_at ${integer} not null, expires_at ${integer} not null)${strict}`,
      `alter table signing_key add column ${ifNot} activated_at ${integer}`,
      // With what listings go on by, where many end at one moment.
      'create index if not exists client_certificate_in_order on client_certificate (not_after, client_id, thumbprint)',
      'drop index if exists client_certificate_by_end',
      `create table if not exists webhook_delivery (delivery_id ${text} primary key, webhook ${text} not null,
        event_id ${text} not null, event_type ${text} not null, body ${text} not null, state ${text} not null,
        attempts ${integer} not null, next_attempt_at ${integer} not null, created_at ${integer} not null,
        settled_at ${integer}, last_error ${text}, expires_at ${integer} not null)${strict}`,
      'create index if not exists webhook_delivery_due on webhook_delivery (webhook, state, next_attempt_at, delivery_id)',
      'create index if not exists webhook_delivery_of_event on webhook_delivery (event_id, created_at, delivery_id)',
      'create index if not exists webhook_delivery_of_webhook on webhook_delivery (webhook, created_at, delivery_id)',
      'create index if not exists webhook_delivery_of_state on webhook_delivery (state, created_at, delivery_id)',
      'create index if not exists webhook_delivery_in_order on webhook_delivery (created_at, delivery_id)',
    ];
  },
  async changeRecords(transaction, dialect) {
    for await (const { client_id, metadata } of clientRecords(transaction, dialect)) {
      const anchors = new Map(anchorsIn(metadata).map((anchor) => [anchor.thumbprint, anchor]));
      const rows = Array.from(anchors.values(), ({ thumbprint, notAfter }) => ({
        thumbprint,
        client_id,
        not_after: Number.isSafeInteger(notAfter) ? notAfter : null,
      }));
      if (rows.length === 0) continue;
      await transaction
        .insertInto('client_authority')
        .values(rows)
        .onConflict((conflict) => conflict.doNothing())
        .execute();
    }
  },
};
