import { z } from 'zod';
import type { Clock } from '../clock.ts';
import { accessDenied, invalidRequest } from '../refusal/error-codes.ts';
import type { Refusal } from '../refusal/refusal.ts';
import type { CredentialStore, EphemeralStore } from '../storage/storage.ts';
import type { Step } from '../unit-of-work.ts';
import type { PasskeyCredential } from '../user/credential.ts';
import type { User } from '../user/user.ts';

/** Whom a passkey is for: the relying party of WebAuthn Level 3 §4. */
export type RelyingParty = {
  /** The name a browser shows. */
  readonly name: string;
  /** The host name. */
  readonly id: string;
  /** Scheme, host and port of the pages. */
  readonly origin: string;
};

/** A passkey that was proven, to be stored. */
export type Registration = {
  readonly credential_id: string;
  readonly step: Step;
  /** What is told where the step is refused. */
  readonly taken: () => Refusal;
};

/** Registering passkeys and proving them, WebAuthn Level 3 §7. */
export type Passkeys = {
  /**
   * Begins a registration.
   * @param ceremony what only this browser has, e.g. the session id; the challenge waits under it
   * @returns `PublicKeyCredentialCreationOptionsJSON`
   */
  registrationOptions(user: User, ceremony: string): Promise<object>;
  /**
   * Ends a registration (§7.1).
   * @param response `RegistrationResponseJSON` as text
   * @returns what registers it, refused when it is registered already
   * @throws Refusal `invalid_request` with the reason as evidence
   */
  register(user: User, ceremony: string, response: string, label: string): Promise<Registration>;
  /** Begins a proof. @returns `PublicKeyCredentialRequestOptionsJSON` */
  authenticationOptions(sub: string, ceremony: string): Promise<object>;
  /**
   * Ends a proof (§7.2).
   * @param response `AuthenticationResponseJSON` as text
   * @throws Refusal `access_denied` with the reason as evidence
   */
  authenticate(sub: string, ceremony: string, response: string): Promise<void>;
};

const REFUSED = 'The passkey was not accepted.';
const NOT_ACCEPTED = 'passkey_not_accepted';
const UNVERIFIED = 'its signature does not verify';
const KIND = 'passkey-challenge';
const LIFETIME_MS = 300_000;

const base64url = z
  .string()
  .max(20_000)
  .regex(/^[A-Za-z0-9_-]*$/);
const Envelope = {
  id: base64url,
  rawId: base64url,
  type: z.literal('public-key'),
  clientExtensionResults: z.looseObject({}).transform(() => ({})),
};

const RegistrationResponse = z.object({
  ...Envelope,
  response: z.object({
    clientDataJSON: base64url,
    attestationObject: base64url,
    transports: z.array(z.string().max(50)).max(10).default([]),
  }),
});

const AuthenticationResponse = z.object({
  ...Envelope,
  response: z.object({
    clientDataJSON: base64url,
    authenticatorData: base64url,
    signature: base64url,
    userHandle: base64url.exactOptional(),
  }),
});

const Challenge = z.object({ challenge: z.string() });

const isPasskey = (credential: { readonly kind: string }): credential is PasskeyCredential =>
  credential.kind === 'passkey';

function parseResponse<T>(schema: z.ZodType<T>, response: string): T {
  try {
    return schema.parse(JSON.parse(response));
  } catch (cause) {
    throw invalidRequest('The passkey answer is malformed.', 'passkey_not_accepted', {
      why: cause instanceof z.ZodError ? z.prettifyError(cause) : 'not JSON',
    });
  }
}

/** Loaded for the first passkey: it brings some 300 files, and most processes see none. */
const webAuthn = () => import('@simplewebauthn/server');

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Makes the keeper of passkeys. @param relyingParty asked at every use, since its name may change */
export function createPasskeys(
  stores: { readonly credentials: CredentialStore; readonly ephemerals: EphemeralStore },
  relyingParty: () => RelyingParty,
  clock: Clock,
): Passkeys {
  const { credentials, ephemerals } = stores;

  const passkeysOf = async (sub: string) => (await credentials.list(sub)).filter(isPasskey);
  const remember = (ceremony: string, challenge: string) =>
    ephemerals.put(KIND, ceremony, { challenge }, clock() + LIFETIME_MS);
  const descriptors = (passkeys: readonly PasskeyCredential[]) =>
    passkeys.map(({ credential_id, transports }) => ({ id: credential_id, transports: [...transports] }));

  /** Each challenge is of use once. */
  const takeChallenge = async (ceremony: string): Promise<string> => {
    const found = await ephemerals.take(KIND, ceremony, clock());
    if (found) return Challenge.parse(found).challenge;
    throw accessDenied(REFUSED, NOT_ACCEPTED, {
      why: 'no challenge is open for this browser',
    });
  };

  return {
    async registrationOptions(user, ceremony) {
      const { id, name } = relyingParty();
      const { generateRegistrationOptions } = await webAuthn();
      const options = await generateRegistrationOptions({
        rpName: name,
        rpID: id,
        userName: user.username,
        userID: new TextEncoder().encode(user.sub),
        userDisplayName: typeof user.claims.name === 'string' ? user.claims.name : user.username,
        attestationType: 'none',
        excludeCredentials: descriptors(await passkeysOf(user.sub)),
        authenticatorSelection: { residentKey: 'preferred', userVerification: 'preferred' },
      });
      await remember(`register:${ceremony}`, options.challenge);
      return options;
    },

    async register(user, ceremony, text, label) {
      const { id, origin } = relyingParty();
      const { username } = user;
      const response = parseResponse(RegistrationResponse, text);
      const expectedChallenge = await takeChallenge(`register:${ceremony}`);
      const { verifyRegistrationResponse } = await webAuthn();
      const result = await verifyRegistrationResponse({
        response,
        expectedChallenge,
        expectedOrigin: origin,
        expectedRPID: id,
        requireUserVerification: false,
      }).catch((error: unknown) => {
        throw invalidRequest(REFUSED, NOT_ACCEPTED, { username, why: reasonOf(error) });
      });
      if (!result.verified) throw invalidRequest(REFUSED, NOT_ACCEPTED, { username, why: UNVERIFIED });
      const { credential } = result.registrationInfo;
      const step = credentials.steps.insert({
        kind: 'passkey',
        credential_id: credential.id,
        sub: user.sub,
        created_at: clock(),
        public_key: Buffer.from(credential.publicKey).toString('base64url'),
        counter: credential.counter,
        transports: response.response.transports,
        label,
      });
      const taken = () =>
        invalidRequest(REFUSED, NOT_ACCEPTED, { username, why: 'it is registered already' });
      return { credential_id: credential.id, step, taken };
    },

    async authenticationOptions(sub, ceremony) {
      const { generateAuthenticationOptions } = await webAuthn();
      const options = await generateAuthenticationOptions({
        rpID: relyingParty().id,
        allowCredentials: descriptors(await passkeysOf(sub)),
        userVerification: 'preferred',
      });
      await remember(`prove:${ceremony}`, options.challenge);
      return options;
    },

    async authenticate(sub, ceremony, text) {
      const { id, origin } = relyingParty();
      const response = parseResponse(AuthenticationResponse, text);
      const expectedChallenge = await takeChallenge(`prove:${ceremony}`);
      const passkey = (await passkeysOf(sub)).find(({ credential_id }) => credential_id === response.id);
      if (!passkey) {
        const why = 'it is not registered for this account';
        throw accessDenied(REFUSED, NOT_ACCEPTED, { sub, why });
      }
      const { verifyAuthenticationResponse } = await webAuthn();
      const result = await verifyAuthenticationResponse({
        response,
        expectedChallenge,
        expectedOrigin: origin,
        expectedRPID: id,
        credential: {
          id: passkey.credential_id,
          publicKey: new Uint8Array(Buffer.from(passkey.public_key, 'base64url')),
          counter: passkey.counter,
          transports: [...passkey.transports],
        },
        requireUserVerification: false,
      }).catch((error: unknown) => {
        throw accessDenied(REFUSED, NOT_ACCEPTED, { sub, why: reasonOf(error) });
      });
      if (!result.verified) throw accessDenied(REFUSED, NOT_ACCEPTED, { sub, why: UNVERIFIED });
      await credentials.update({
        ...passkey,
        counter: result.authenticationInfo.newCounter,
        last_used_at: clock(),
      });
    },
  };
}
