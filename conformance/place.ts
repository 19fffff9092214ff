import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Person } from '../interop/person.ts';
import type { CertificateAndKey } from './key-material.ts';

/** Where everything is: the server, the suite, and what answers for this run. */
export type Place = {
  /** The server's issuer. */
  readonly issuer: string;
  readonly suite: string;
  readonly administrator: { readonly username: string; readonly password: string };
  readonly person: Person;
  /** Who decides what comes over the backchannel, and signs in with a second factor. */
  readonly approver: Person;
  /** Where the suite reaches the API that a run starts: `https://host:port`. */
  readonly resource: string;
  /** Where the suite has a run approve what comes over the backchannel: `http://host:port`. */
  readonly approval: string;
  /** Holds what `configure` makes: configurations, certificates and keys. Nothing of it belongs to others. */
  readonly folder: string;
};

export const configurationFile = ({ folder }: Place, plan: string): string => join(folder, `${plan}.json`);

export const resourceUrl = ({ resource }: Place): string => `${resource}/accounts`;

/** The suite calls it with the request's id and `allow` or `deny`, which it puts in. */
export const approvalUrl = ({ approval }: Place): string =>
  `${approval}/decide?auth_req_id={auth_req_id}&action={action}`;

/** The client as which the resource server introspects, and its certificate, which it serves with too. */
export type ResourceServerIdentity = CertificateAndKey & { readonly client_id: string };

/** What `configure` leaves for `run`, by the name of its file. */
type Left = {
  readonly 'resource-server': ResourceServerIdentity;
  /** The approver's authenticator, base32 (RFC 6238). */
  readonly approver: { readonly secret: string };
};

const MEMBERS: { readonly [Name in keyof Left]: readonly (keyof Left[Name] & string)[] } = {
  'resource-server': ['client_id', 'cert', 'key'],
  approver: ['secret'],
};

const leftFile = ({ folder }: Place, name: keyof Left): string => join(folder, `${name}.json`);

export async function leave<Name extends keyof Left>(
  place: Place,
  name: Name,
  what: Left[Name],
): Promise<void> {
  await mkdir(place.folder, { recursive: true });
  await writeFile(leftFile(place, name), JSON.stringify(what, null, 2), { mode: 0o600 });
}

function isLeft<Name extends keyof Left>(name: Name, value: unknown): value is Left[Name] {
  const members: Readonly<Record<string, unknown>> = Object(value);
  return MEMBERS[name].every((member) => typeof members[member] === 'string');
}

/** @throws Error when `configure` did not run before */
export async function left<Name extends keyof Left>(place: Place, name: Name): Promise<Left[Name]> {
  const file = leftFile(place, name);
  const value: unknown = JSON.parse(await readFile(file, 'utf8'));
  if (!isLeft(name, value)) throw new TypeError(`${file} is not what configure writes`);
  return value;
}
