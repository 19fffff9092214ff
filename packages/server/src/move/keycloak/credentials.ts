import { z } from 'zod';
import { ownMember } from '../../own-member.ts';
import { base32 } from '../../user-authentication/totp.ts';
import { shown } from '../finding.ts';
import type { MovedPassword, MovedPerson, RequiredAction } from '../record.ts';
import type { PERSON_FIELDS } from './fields.ts';
import type { Noting } from './noting.ts';
import type { Credential, KeycloakUser } from './representation.ts';

type Totp = MovedPerson['totp'][number];

/** What somebody proves who they are with. */
export type ReadCredentials = {
  readonly password?: MovedPassword;
  readonly totp: readonly Totp[];
  readonly actions: readonly RequiredAction[];
};

const SecretData = z.object({ value: z.string(), salt: z.string().nullish() });
const One = z.union([z.string(), z.number()]).transform(String);
const Parameters = z
  .record(z.string(), z.union([One, z.array(One)]))
  .nullish()
  .transform((parameters) => parameters ?? {});
const CredentialData = z.object({
  hashIterations: z.number().nullish(),
  algorithm: z.string().nullish(),
  additionalParameters: Parameters,
  subType: z.string().nullish(),
  digits: z.number().nullish(),
  period: z.number().nullish(),
  secretEncoding: z.string().nullish(),
});

/** JSON that stands in a text; undefined where there is none that can be read. */
function inText<Schema extends z.ZodType>(
  schema: Schema,
  text: string | undefined,
): z.output<Schema> | undefined {
  if (text === undefined) return undefined;
  try {
    const read = schema.safeParse(JSON.parse(text));
    return read.success ? read.data : undefined;
  } catch {
    return undefined;
  }
}

const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

/** base64 as PHC strings have it; undefined for what is none. */
const unpadded = (text: string): string | undefined =>
  BASE64.test(text) ? Buffer.from(text, 'base64').toString('base64').replace(/=+$/, '') : undefined;

/** A password hash as Keycloak has it, in one form whatever its version. */
type Hash = {
  readonly algorithm: string;
  readonly iterations: number | undefined;
  readonly salt: string;
  readonly value: string;
  readonly parameter: (name: string) => string | undefined;
};

function hashOf(credential: Credential): Hash | undefined {
  const { hashedSaltedValue, salt, hashIterations, algorithm } = credential;
  if (hashedSaltedValue !== undefined) {
    return {
      algorithm: algorithm ?? 'pbkdf2',
      iterations: hashIterations,
      salt: salt ?? '',
      value: hashedSaltedValue,
      parameter: () => undefined,
    };
  }
  const secret = inText(SecretData, credential.secretData);
  const data = inText(CredentialData, credential.credentialData);
  if (!secret || !data) return undefined;
  const { additionalParameters } = data;
  return {
    algorithm: data.algorithm ?? '',
    iterations: data.hashIterations ?? undefined,
    salt: secret.salt ?? '',
    value: secret.value,
    parameter: (name) => {
      const found = ownMember(additionalParameters, name);
      return Array.isArray(found) ? found[0] : found;
    },
  };
}

/** Keycloak's names of PBKDF2, by the hash it is made with. */
const PBKDF2: Readonly<Record<string, string>> = {
  pbkdf2: 'sha1',
  'pbkdf2-sha1': 'sha1',
  'pbkdf2-sha256': 'sha256',
  'pbkdf2-sha512': 'sha512',
};

/** The hash as a PHC string, over the text as typed; undefined where its algorithm is none that is known. */
function phcOf({ algorithm, iterations, salt, value, parameter }: Hash): string | undefined {
  const [written, tag] = [unpadded(salt), unpadded(value)];
  if (written === undefined || tag === undefined || tag === '') return undefined;
  if (algorithm === 'argon2') {
    const type = parameter('type') ?? 'id';
    const version = parameter('version') ?? '1.3';
    const [memory, lanes] = [parameter('memory') ?? '', parameter('parallelism') ?? ''];
    if (!/^(id|i|d)$/.test(type) || version !== '1.3' || iterations === undefined) return undefined;
    if (![memory, lanes, `${iterations}`].every((number) => /^[1-9]\d{0,9}$/.test(number))) return undefined;
    return `$argon2${type}$v=19$m=${memory},t=${iterations},p=${lanes},as=typed$${written}$${tag}`;
  }
  const digest = ownMember(PBKDF2, algorithm);
  if (digest === undefined || iterations === undefined) return undefined;
  return `$pbkdf2-${digest}$i=${iterations}$${written}$${tag}`;
}

type Tell = Noting<typeof PERSON_FIELDS>;

function passwordOf(credential: Credential, { note }: Tell): MovedPassword | undefined {
  if (credential.value !== undefined && credential.value !== '') {
    note('password text', { at: 'credentials.password' });
    return { form: 'text', value: credential.value };
  }
  const hash = hashOf(credential);
  const phc = hash && phcOf(hash);
  if (hash === undefined || phc === undefined) {
    const why = hash
      ? `the algorithm ${shown(hash.algorithm)} is not known here, and the person has no password`
      : 'it cannot be read, and the person has no password';
    note('password other', { at: 'credentials.password', why });
    return undefined;
  }
  note(hash.algorithm === 'argon2' ? 'password argon2' : 'password pbkdf2', { at: 'credentials.password' });
  return { form: 'hash', value: phc };
}

/** Algorithms of codes, as Keycloak writes them and as they are written in addresses of authenticator apps. */
const TOTP_ALGORITHMS: Readonly<Record<string, Totp['algorithm']>> = {
  HmacSHA1: 'SHA1',
  HmacSHA256: 'SHA256',
  HmacSHA512: 'SHA512',
};

/** Keycloak keeps the secret as text whose octets are the key, unless it says that it is base32. */
function totpOf(credential: Credential): Totp | undefined {
  const old = credential.hashedSaltedValue === undefined ? credential.value : undefined;
  const value = inText(SecretData, credential.secretData)?.value ?? old;
  const data = inText(CredentialData, credential.credentialData);
  if (value === undefined) return undefined;
  const secret =
    data?.secretEncoding === 'BASE32' ? value.toUpperCase().replace(/=+$/, '') : base32(Buffer.from(value));
  const written = data?.algorithm ?? credential.algorithm ?? 'HmacSHA1';
  const algorithm = ownMember(TOTP_ALGORITHMS, written);
  const digits = data?.digits ?? credential.digits ?? 6;
  const period = data?.period ?? credential.period ?? 30;
  if (algorithm === undefined || (digits !== 6 && digits !== 8)) return undefined;
  if (!/^[A-Z2-7]{16,400}$/.test(secret) || !Number.isSafeInteger(period) || period < 1 || period > 600) {
    return undefined;
  }
  const { createdDate } = credential;
  const created = createdDate !== undefined && Number.isSafeInteger(createdDate) && createdDate >= 0;
  return { secret, algorithm, digits, period, ...(created && { created_at: createdDate }) };
}

const isTotp = (credential: Credential): boolean =>
  credential.type === 'totp' ||
  (credential.type === 'otp' && inText(CredentialData, credential.credentialData)?.subType !== 'hotp');

/** Credentials, oldest use first, as the file has them. */
export function readCredentials({ credentials = [] }: KeycloakUser, told: Tell): ReadCredentials {
  let password: MovedPassword | undefined;
  const totp: Totp[] = [];
  const actions = new Set<RequiredAction>();
  for (const credential of credentials) {
    const type = credential.type ?? '';
    if (type === 'password') {
      password ??= passwordOf(credential, told);
      if (credential.temporary) actions.add('update_password');
    } else if (isTotp(credential)) {
      const read = totpOf(credential);
      if (read) totp.push(read);
      else actions.add('configure_totp');
      told.note(
        read ? 'otp totp' : 'otp hotp',
        read
          ? { at: 'credentials.otp' }
          : {
              at: 'credentials.otp',
              why: 'its secret, algorithm, digits or period is none that is known here; the person sets up an authenticator app',
            },
      );
    } else if (type === 'otp' || type === 'hotp') {
      actions.add('configure_totp');
      told.note('otp hotp', { at: 'credentials.otp' });
    } else if (type === 'webauthn') {
      actions.add('configure_totp');
      told.note('webauthn', { at: 'credentials.webauthn' });
    } else if (
      type === 'webauthn-passwordless' ||
      type === 'recovery-authn-codes' ||
      type === 'password-history'
    ) {
      told.note(type, { at: `credentials.${type}` });
    } else {
      told.note('other credential', { at: `credentials.${type || '?'}` });
    }
  }
  // Who has an app that goes on has a second factor, whatever else did not come along.
  if (totp.length > 0) actions.delete('configure_totp');
  return { ...(password && { password }), totp, actions: [...actions] };
}
