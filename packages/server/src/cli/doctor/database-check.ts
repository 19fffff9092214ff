import { existsSync } from 'node:fs';
import { timeText } from '@countersign/x509';
import { clientSecretPurpose } from '../../client/client-secret.ts';
import { everyItem } from '../../storage/every-item.ts';
import type { Storage } from '../../storage/storage.ts';
import { DataElsewhere, NewerSchema, OlderSchema, StorageUnavailable } from '../../storage/storage-errors.ts';
import { CannotUnseal, unseal } from '../../token/sealing.ts';
import { isSealedWith } from '../../token/server-key.ts';
import { clockFindings, connectionFindings } from '../database-findings.ts';
import { check } from './check.ts';
import type { Examination } from './examination.ts';
import { type Found, failed, named, ok, warning } from './finding.ts';

/** How long records are read, and how long the check has in all, milliseconds. */
const READING_MS = 15_000;
const LIMIT_MS = 30_000;
/** Clocks of machines that wrote events may differ by so much without a word, milliseconds. */
const NOTABLE_MS = 60_000;

/** Clients whose sealed secret another key sealed; the first that can be opened ends the search. */
async function othersSecret(
  { clients }: Pick<Storage, 'clients'>,
  key: Uint8Array,
): Promise<string | undefined> {
  const page = { token_endpoint_auth_method: 'client_secret_jwt' };
  for await (const { client_id, client_secret_sealed } of everyItem((at) =>
    clients.list({ ...at, ...page }),
  )) {
    if (client_secret_sealed === undefined) continue;
    try {
      unseal(client_secret_sealed, key, clientSecretPurpose(client_id));
      return undefined;
    } catch (error) {
      if (error instanceof CannotUnseal) return client_id;
      throw error;
    }
  }
  return undefined;
}

/** Whether what is sealed in the database can be opened with the key of this home. */
async function sealFindings(storage: Storage, key: Uint8Array): Promise<readonly Found[]> {
  const keys = await storage.signingKeys.list();
  const foreign = keys.filter((each) => !isSealedWith(each, key)).map(({ kid }) => `the signing key ${kid}`);
  const client = foreign.length > 0 ? undefined : await othersSecret(storage, key);
  const sealed = client === undefined ? foreign : [`the secret of client ${client}`];
  if (sealed.length === 0) return [];
  return [
    failed(
      'encryption_key_differs',
      `${named(sealed)} cannot be opened with the [encryption] key of this home: it was sealed with another one`,
    ),
  ];
}

async function recordFindings(
  storage: Storage,
  { unreadable, clock }: Examination,
): Promise<readonly Found[]> {
  const until = clock() + READING_MS;
  const isEnough = () => clock() > until;
  const found = unreadable.map(({ message }) => message);
  for await (const { message } of storage.findUnreadable(isEnough)) found.push(message);
  return [
    // A signing key is told of by its list and by the examination.
    ...[...new Set(found)].map((detail) => failed('record_unreadable', detail)),
    ...(isEnough()
      ? [warning('records_not_all_read', `not all records were read within ${READING_MS / 1000} seconds`)]
      : []),
  ];
}

/** An embedded database has no clock to compare with; what was written has times. */
async function eventFindings({ events, reach }: Storage, now: number): Promise<readonly Found[]> {
  const { items } = await events.list({}, { limit: 1 });
  const [newest] = items;
  if (newest === undefined || newest.time <= now + reach.clockOffset() + NOTABLE_MS) return [];
  return [
    warning(
      'clock_before_events',
      `the newest event, ${newest.event_id}, is of ${timeText(newest.time)}, and the clock of this machine says ${timeText(now)}`,
    ),
  ];
}

async function durabilityFindings({ reach }: Pick<Storage, 'reach'>): Promise<readonly Found[]> {
  const settings = await reach.durability();
  if (settings === undefined) return [];
  return Object.entries(settings)
    .filter(([, value]) => value === 'off')
    .map(([name]) => warning('database_not_durable', `${name} of the database server is off for this role`));
}

function whyUnopened(error: unknown): Found {
  if (error instanceof OlderSchema) {
    return error.found === 0 ? ok(error.message) : warning('database_schema_older', error.message);
  }
  const isKnown = [StorageUnavailable, NewerSchema, DataElsewhere].some((kind) => error instanceof kind);
  if (isKnown && error instanceof Error) return failed('database_unavailable', error.message);
  throw error;
}

/** Why there is no database to look into. */
function whyNotAsked({ configuration, paths }: Examination): Found {
  const { type, url } = configuration.atStart.database.identity_db;
  if (type !== 'sqlite') return ok('not asked: --offline');
  return existsSync(paths.lastChange)
    ? failed('database_gone', `${url} is not there, and a server ran in this home before`)
    : ok(`${url} is not there yet: the first start makes it`);
}

/** Whether the database answers, what is in it can be read and opened, and its clock and connections fit. */
export const databaseCheck = check(
  'database',
  async (examination) => {
    const { configuration, clock } = examination;
    const { atStart } = configuration;
    const { identity_db } = atStart.database;
    let storage: Storage | undefined;
    try {
      storage = await examination.storage();
    } catch (error) {
      return [whyUnopened(error)];
    }
    if (storage === undefined) return [whyNotAsked(examination)];
    const keys = await storage.signingKeys.list();
    const clients = await storage.clients.count();
    return [
      ok(`${clients} clients, ${keys.length} signing keys`),
      ...(await sealFindings(storage, atStart.encryption.key)),
      ...clockFindings(storage.reach),
      ...(await eventFindings(storage, clock())),
      ...connectionFindings(await storage.reach.connections(), identity_db.pool_size),
      ...(await durabilityFindings(storage)),
      ...(await recordFindings(storage, examination)),
    ];
  },
  { limit: LIMIT_MS },
);
