import type { XmlElement } from '@rgrove/parse-xml';
import { parse } from 'smol-toml';
import { z } from 'zod';
import { PRIMARY } from './subject.ts';
import { elementsAt } from './xml-document.ts';

/** How a user store keeps passwords, and what it is called. */
export type UserStore = {
  readonly domain: string;
  /** `PasswordDigest` as it is written; SHA-256 where nothing is. */
  readonly digest: string;
  readonly isSalted: boolean;
  /** Of PBKDF2. */
  readonly iterations: number;
  readonly prf: string;
};

const DEFAULT_DIGEST = 'SHA-256';
/** Of the PBKDF2 provider where nothing is said. */
const DEFAULT_ITERATIONS = 10_000;
const DEFAULT_PRF = 'PBKDF2WithHmacSHA256';

/** `{pbkdf2.iteration.count:10000, pbkdf2.prf:PBKDF2WithHmacSHA256}`, with or without quotation marks. */
function algorithmProperties(text: string): ReadonlyMap<string, string> {
  const pairs = text.replace(/^\s*\{|\}\s*$/g, '').split(',');
  return new Map(
    pairs.flatMap((pair) => {
      const [, name, value] = /^\s*"?([\w.]+)"?\s*:\s*"?([\w-]+)"?\s*$/.exec(pair) ?? [];
      return name === undefined || value === undefined ? [] : [[name, value] as const];
    }),
  );
}

function storeOf(domain: string, property: (name: string) => string | undefined): UserStore {
  const properties = algorithmProperties(property('Hash.Algorithm.Properties') ?? '');
  return {
    domain: domain.toUpperCase(),
    digest: property('PasswordDigest') ?? DEFAULT_DIGEST,
    isSalted: (property('StoreSaltedPassword') ?? 'true').toLowerCase() !== 'false',
    iterations: Number(properties.get('pbkdf2.iteration.count') ?? DEFAULT_ITERATIONS),
    prf: properties.get('pbkdf2.prf') ?? DEFAULT_PRF,
  };
}

/** The user store of a file of `userstores`. @param file whose name is the store's where the file has none in it */
export function userStoreOf(root: XmlElement, file: string): UserStore {
  const properties = new Map(
    elementsAt(root, 'Property').map(({ attributes, text }) => [attributes.name ?? '', text.trim()]),
  );
  const property = (name: string) => properties.get(name) || undefined;
  const stem = /([^/]+)\.xml$/i.exec(file)?.[1] ?? PRIMARY;
  return storeOf(property('DomainName') ?? stem, property);
}

const Deployment = z.looseObject({
  user_store: z.looseObject({ properties: z.record(z.string(), z.unknown()).optional() }).optional(),
});

/** The primary user store as a `deployment.toml` has it; undefined where it says nothing of its passwords. */
export function primaryStoreOf(text: string): UserStore | undefined {
  const { data } = Deployment.safeParse(parse(text));
  const properties = data?.user_store?.properties;
  if (!properties) return undefined;
  return storeOf(PRIMARY, (name) => {
    const value = properties[name];
    return value === undefined ? undefined : `${value}`;
  });
}

/**
 * The user store of a domain: as its configuration says, and the settings over it (`--set password_digest=…`,
 * `password_digest.DOMAIN`, `store_salted_password`).
 * @returns undefined where nothing says how it keeps passwords
 */
export function storeNamed(
  domain: string,
  stores: readonly UserStore[],
  settings: Readonly<Record<string, string>>,
): UserStore | undefined {
  const configured = stores.find((store) => store.domain === domain);
  const setting = (name: string) =>
    settings[`${name}.${domain}`] ?? (domain === PRIMARY ? settings[name] : undefined);
  const digest = setting('password_digest');
  const salted = setting('store_salted_password');
  const iterations = setting('pbkdf2_iterations');
  if (!configured && digest === undefined) return undefined;
  const store = configured ?? storeOf(domain, () => undefined);
  return {
    ...store,
    ...(digest !== undefined && { digest }),
    ...(salted !== undefined && { isSalted: salted !== 'false' }),
    ...(iterations !== undefined && { iterations: Number(iterations) }),
  };
}
