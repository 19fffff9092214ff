import { readFile } from 'node:fs/promises';
import { timeText } from '@countersign/x509';
import type { Client } from '../../client/client.ts';
import { canHaveSigned, MalformedJwks, parseJwksDocument } from '../../outbound/json-web-key-set.ts';
import {
  createJwksSource,
  type JwksFailure,
  type JwksKey,
  type JwksResult,
} from '../../outbound/jwks-source.ts';
import type { OutboundFetch } from '../../outbound/outbound-fetch.ts';
import { OUTBOUND_REFUSAL_CAUSES } from '../../outbound/outbound-fetch.ts';
import { everyItem } from '../../storage/every-item.ts';
import type { Storage } from '../../storage/storage.ts';
import { check } from './check.ts';
import type { Examination } from './examination.ts';
import { type Found, failed, messageOf, named, ok, warning } from './finding.ts';
import type { FindingCode } from './finding-codes.ts';
import { inLanes, sampled } from './in-lanes.ts';
import { withOutbound } from './with-outbound.ts';

/** So many places are asked; of more a sample, spread over all. */
const MOST_PLACES = 200;
/** As many at once as a server fetches. */
const LANES = 24;
/** How long a place has, milliseconds. */
const PATIENCE_MS = 3_000;
/** How long clients are read, in milliseconds. */
const READING_MS = 5_000;
const LIMIT_MS = 45_000;

type Need = 'authenticates' | 'asks';

/** Who publishes keys at a place, and whether they get in by them. */
type Publisher = {
  readonly who: string;
  readonly need: Need;
  /** Whether a key is of use to them. */
  readonly isUsable: (key: JwksKey) => boolean;
  /** Whether it is the certificate that lets them in, whose time counts. */
  readonly byCertificate: boolean;
};

const ALGORITHMS = ['RS256', 'PS256', 'ES256', 'EdDSA'];

function publisherOf({ client_id, metadata }: Client): Publisher {
  const { client_name, token_endpoint_auth_method: method, token_endpoint_auth_signing_alg: alg } = metadata;
  const bySignature = method === 'private_key_jwt';
  const byCertificate = method === 'self_signed_tls_client_auth';
  const algorithms = alg === undefined ? ALGORITHMS : [alg];
  return {
    who: `client ${client_id} (${client_name})`,
    need: bySignature || byCertificate ? 'authenticates' : 'asks',
    isUsable: (key) => !bySignature || algorithms.some((each) => canHaveSigned(key, undefined, each)),
    byCertificate,
  };
}

type Publishers = ReadonlyMap<string, readonly Publisher[]>;

/** The clients that are let in and publish keys, by the place. @returns with whether all clients were read in time */
async function publishersOf(
  storage: Storage | undefined,
  { configuration, clock }: Pick<Examination, 'configuration' | 'clock'>,
): Promise<{ readonly places: Publishers; readonly isWhole: boolean }> {
  const places = new Map<string, Publisher[]>();
  const add = (uri: string, publisher: Publisher) =>
    void places.set(uri, [...(places.get(uri) ?? []), publisher]);
  for (const { issuer, jwks } of configuration.now().registration.software_statement_authority) {
    add(jwks, {
      who: `the authority of software statements ${issuer}`,
      need: 'authenticates',
      isUsable: (key) => ALGORITHMS.some((each) => canHaveSigned(key, undefined, each)),
      byCertificate: false,
    });
  }
  if (storage === undefined) return { places, isWhole: true };
  const until = clock() + READING_MS;
  for await (const client of everyItem((page) => storage.clients.list({ ...page, enabled: true }))) {
    const { jwks_uri } = client.metadata;
    if (jwks_uri !== undefined) add(jwks_uri, publisherOf(client));
    if (clock() > until) return { places, isWhole: false };
  }
  return { places, isWhole: true };
}

const OUTBOUND: ReadonlySet<string> = new Set(OUTBOUND_REFUSAL_CAUSES);

function codeOf({ because }: JwksFailure): FindingCode {
  if (because === 'address-not-allowed') return 'jwks_not_allowed';
  return OUTBOUND.has(because) || because === 'unexpected' ? 'jwks_unreachable' : 'jwks_unreadable';
}

/** What is wrong with a key set that was had. */
function keysFindings(
  place: string,
  { keys, skipped }: Pick<Extract<JwksResult, { kind: 'fresh' }>, 'keys' | 'skipped'>,
  publishers: readonly Publisher[],
  now: number,
): readonly Found[] {
  const why = skipped.map(({ index, kid, message }) => `key ${kid ?? index}: ${message}`);
  const without = publishers.filter(({ isUsable }) => !keys.some(isUsable));
  const ended = keys.flatMap(({ x5c, kid }) =>
    x5c !== undefined && x5c.notAfter < now ? [{ kid: kid ?? x5c.thumbprint, notAfter: x5c.notAfter }] : [],
  );
  const isLast = publishers.some(({ byCertificate }) => byCertificate) && ended.length === keys.length;
  const told = isLast ? failed : warning;
  return [
    ...(without.length === 0
      ? []
      : [
          (without.some(({ need }) => need === 'authenticates') ? failed : warning)(
            'jwks_without_usable_key',
            `the JWK set of ${named(without.map(({ who }) => who))} at ${place} has no usable key: ${
              why.length > 0
                ? named(why)
                : keys.length > 0
                  ? `none of its ${keys.length} keys can sign`
                  : 'it is empty'
            }`,
          ),
        ]),
    ...ended.map(({ kid, notAfter }) =>
      told(
        'jwks_certificate_expired',
        `the JWK set of ${named(publishers.map(({ who }) => who))} at ${place} has a certificate that expired on ${timeText(notAfter).slice(0, 10)}: ${kid}`,
      ),
    ),
  ];
}

function failureFinding(place: string, failure: JwksFailure, publishers: readonly Publisher[]): Found {
  const told = publishers.some(({ need }) => need === 'authenticates') ? failed : warning;
  const { expected } = failure.evidence;
  const hint = typeof expected === 'string' ? `; expected: ${expected}` : '';
  return told(
    codeOf(failure),
    `the JWK set of ${named(publishers.map(({ who }) => who))} at ${place}: ${failure.message}${hint}`,
  );
}

/** A set of an authority that is a file of this home. */
async function fileFindings(
  file: string,
  publishers: readonly Publisher[],
  now: number,
): Promise<readonly Found[]> {
  try {
    return keysFindings(file, parseJwksDocument(await readFile(file)), publishers, now);
  } catch (error) {
    const { because = 'network', evidence = {} } = error instanceof MalformedJwks ? error : {};
    return [failureFinding(file, { because, evidence, message: messageOf(error) }, publishers)];
  }
}

/** @param fetch with the rules of `[outbound]`, as a server has it */
async function placeFindings(
  fetch: OutboundFetch,
  places: Publishers,
  clock: () => number,
): Promise<readonly Found[]> {
  const source = createJwksSource(fetch, { clock, timeoutMs: PATIENCE_MS });
  const asked = sampled([...places], MOST_PLACES);
  const found = await inLanes(asked, LANES, async ([place, publishers]) => {
    if (!/^https?:/i.test(place)) return await fileFindings(place, publishers, clock());
    const result = await source.keysOf(place);
    return result.kind === 'fresh'
      ? keysFindings(place, result, publishers, clock())
      : [failureFinding(place, result.failure, publishers)];
  });
  const of = asked.length < places.size ? ` of ${places.size}` : '';
  return [ok(`${asked.length}${of} JWK sets were looked at`), ...found.flat()];
}

/** Whether the keys that clients publish can be had, through the rules of `[outbound]`, and are of use. */
export const jwksCheck = check(
  'jwks',
  async (examination) => {
    const { clock } = examination;
    const storage = await examination.storage().catch(() => undefined);
    const { places, isWhole } = await publishersOf(storage, examination);
    const partly = isWhole ? [] : [ok('not all clients were read: they are too many for a look')];
    if (places.size === 0) return [...partly, ok('no client publishes keys')];
    return await withOutbound(examination, async (fetch) => [
      ...partly,
      ...(await placeFindings(fetch, places, clock)),
    ]);
  },
  { asksOthers: true, limit: LIMIT_MS },
);
