import { appendFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Account, DETAILS_TYPE } from './account-api.ts';
import type { Person } from './browser.ts';
import type { Licensed } from './certificates.ts';
import { countersign } from './processes.ts';

/** What tokens for the account API are for. */
export const AUDIENCE = 'https://api.bank.example';

export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A third party as the bank registers it. */
export type Registration = {
  /** Its number at the authority that licensed it: banks know third parties by it. */
  readonly clientId: string;
  readonly name: string;
  readonly licensed: Licensed;
  readonly redirectUri: string;
};

export type Bank = {
  readonly person: Person;
  /** By the `sub` of a person. */
  readonly accountsOf: ReadonlyMap<string, readonly Account[]>;
  /** @param authority PEM: who vouches for their certificates */
  register(thirdParties: readonly Registration[], authority: string): Promise<void>;
};

const ACCOUNTS: readonly Account[] = [
  { iban: 'DE02120300000000202051', name: 'Current account', balance: '1204.50 EUR' },
  { iban: 'DE02500105170137075030', name: 'Savings', balance: '20000.00 EUR' },
];

/** The kind of consent that this bank knows, as deployment.toml says it. */
const DETAILS = `
[[authorization_details_type]]
type = "${DETAILS_TYPE}"
description = "See what is on your accounts"
fields = ["consent_id", "accounts"]
required_fields = ["consent_id", "accounts"]
`;

/** Who vouches for a third party's certificate, what that must say, and what the third party may ask for. */
const metadataOf = ({ clientId, name, licensed, redirectUri }: Registration, authority: string) => ({
  client_id: clientId,
  client_name: name,
  profile: 'fapi2-security',
  token_endpoint_auth_method: 'tls_client_auth',
  tls_client_auth_subject_dn: licensed.subject,
  trust_anchors: [authority],
  redirect_uris: [redirectUri],
  grant_types: ['authorization_code', 'refresh_token', 'client_credentials'],
  scope: 'consents accounts offline_access',
  scope_audiences: { consents: [AUDIENCE], accounts: [AUDIENCE] },
  authorization_details_types: [DETAILS_TYPE],
  jwks: licensed.sealKeys,
  request_object_signing_alg: 'ES256',
  require_signed_request_object: true,
});

/** Sets up the bank's authorization server in a home folder, with a person who has two accounts. */
export async function setUpBank(home: string, port: number): Promise<Bank> {
  const operate = (...args: readonly string[]): Promise<string> =>
    countersign([...args, '--json', '--home', home]);
  await countersign(['init', '--home', home, '--port', String(port)]);
  await appendFile(join(home, 'repository/conf/deployment.toml'), DETAILS);
  const added: unknown = JSON.parse(await operate('user', 'add', 'ada', '--name', 'Ada Lovelace'));
  if (!isObject(added) || typeof added.password !== 'string' || typeof added.sub !== 'string') {
    throw new Error('user add answered neither sub nor password');
  }
  return {
    person: { username: 'ada', password: added.password },
    accountsOf: new Map([[added.sub, ACCOUNTS]]),
    async register(thirdParties, authority) {
      const file = join(home, 'third-parties.jsonl');
      await writeFile(
        file,
        thirdParties.map((each) => `${JSON.stringify(metadataOf(each, authority))}\n`).join(''),
      );
      await operate('client', 'add', '--from', file);
    },
  };
}
