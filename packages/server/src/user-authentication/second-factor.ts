import { z } from 'zod';
import type { Clock } from '../clock.ts';
import type { Storage } from '../storage/storage.ts';
import { seal, unseal } from '../token/sealing.ts';
import type { Step } from '../unit-of-work.ts';
import type {
  CertificateCredential,
  PasskeyCredential,
  TotpCredential,
  TotpParameters,
} from '../user/credential.ts';
import { generateRecoveryCodes, hashRecoveryCode } from './recovery-code.ts';
import { generateTotpSecret, stepOfCode, totpLifetime, USUAL_TOTP } from './totp.ts';

/** What a person has beside the password. */
export type SecondFactorList = {
  readonly totp: TotpCredential | undefined;
  readonly passkeys: readonly PasskeyCredential[];
  readonly certificates: readonly CertificateCredential[];
  readonly recoveryCodesLeft: number;
};

/** Second factors of people: codes are checked here, passkeys in `passkey.ts`. */
export type SecondFactors = {
  list(sub: string): Promise<SecondFactorList>;
  /**
   * Accepts a code of the authenticator app, or a recovery code, each once.
   * @returns what it was; undefined when it is neither
   */
  verifyCode(sub: string, typed: string): Promise<'totp' | 'recovery_code' | undefined>;
  /**
   * Begins to set up the authenticator app.
   * @param ceremony what only this browser has, e.g. the session id; asked again under it, the secret is the same
   * @returns the secret in base32
   */
  beginTotp(sub: string, ceremony: string): Promise<string>;
  /**
   * Checks that the authenticator app works.
   * @returns what sets it up, refused when there is one already; `over` when nothing was begun lately
   */
  confirmTotp(sub: string, ceremony: string, typed: string): Promise<readonly Step[] | 'wrong' | 'over'>;
  /** Makes new recovery codes. @returns the codes, and what puts them in place of the earlier ones */
  newRecoveryCodes(sub: string): { readonly codes: readonly string[]; readonly steps: readonly Step[] };
  /**
   * Has codes that were just made be shown for some minutes.
   * @param ceremony what only this browser has, as for `beginTotp`
   */
  showRecoveryCodes(sub: string, ceremony: string, codes: readonly string[]): Promise<void>;
  /** Recovery codes that were just made there, until they are kept. @returns undefined when there are none to show */
  shownRecoveryCodes(sub: string, ceremony: string): Promise<readonly string[] | undefined>;
  /** Their owner has them: nobody can be shown them any more. */
  keepRecoveryCodes(ceremony: string): Promise<void>;
  /** What removes a factor, refused when there is none; recovery codes go with the last one. */
  removal(of: {
    readonly sub: string;
    readonly kind: 'totp' | 'passkey' | 'certificate';
    readonly credential_id: string;
  }): readonly Step[];
};

/** Whether a person with these is asked for a second factor. */
export const hasSecondFactor = ({ totp, passkeys }: SecondFactorList): boolean =>
  totp !== undefined || passkeys.length > 0;

const purpose = (sub: string) => `TOTP secret of ${sub}`;
/** Longer than a code of the usual period is accepted. */
const REPLAY_MS = 300_000;

/** A secret in base32 as it is stored. @param encryptionKey 32 bytes, the deployment's `[encryption] key` */
export const sealedTotpSecret = (secret: string, sub: string, encryptionKey: Uint8Array): string =>
  seal(secret, encryptionKey, purpose(sub));

/** The secret in base32 of an authenticator app. */
export const totpSecret = (
  { sealed_secret, sub }: Pick<TotpCredential, 'sealed_secret' | 'sub'>,
  encryptionKey: Uint8Array,
): string => unseal(sealed_secret, encryptionKey, purpose(sub));

const KIND = 'totp-enrolment';
const SETTING_UP_MS = 900_000;
const Begun = z.object({ sealed_secret: z.string() });

const NEW_CODES_KIND = 'new-recovery-codes';
const SHOWN_MS = 600_000;
const NewCodes = z.object({ sealed: z.string() });
const codesPurpose = (sub: string) => `new recovery codes of ${sub}`;

/** @param encryptionKey 32 bytes, the deployment's `[encryption] key` */
export function createSecondFactors(
  { credentials, replays, ephemerals }: Pick<Storage, 'credentials' | 'replays' | 'ephemerals'>,
  encryptionKey: Uint8Array,
  clock: Clock,
): SecondFactors {
  const begunTotp = async (ceremony: string): Promise<string | undefined> => {
    const begun = await ephemerals.get(KIND, ceremony, clock());
    return begun && Begun.parse(begun).sealed_secret;
  };

  const list = async (sub: string): Promise<SecondFactorList> => {
    const all = await credentials.list(sub);
    return {
      totp: all.find((credential) => credential.kind === 'totp'),
      passkeys: all.filter((credential) => credential.kind === 'passkey'),
      certificates: all.filter((credential) => credential.kind === 'certificate'),
      recoveryCodesLeft: all.filter(({ kind }) => kind === 'recovery_code').length,
    };
  };

  /** Of parallel uses of one code one counts (RFC 6238 §5.2). */
  const acceptedOnce = async (
    { sub, ...given }: Pick<TotpCredential, 'sub'> & Partial<TotpParameters>,
    secret: string,
    typed: string,
  ): Promise<boolean> => {
    const now = clock();
    const parameters = { ...USUAL_TOTP, ...given };
    const step = stepOfCode(secret, typed, now, parameters);
    const until = now + Math.max(REPLAY_MS, totpLifetime(parameters));
    return step !== undefined && replays.claim(`totp:${sub}:${step}`, until);
  };

  return {
    list,

    async verifyCode(sub, typed) {
      const { totp } = await list(sub);
      if (totp) {
        if (await acceptedOnce(totp, totpSecret(totp, encryptionKey), typed)) {
          await credentials.update({ ...totp, last_used_at: clock() });
          return 'totp';
        }
      }
      const credential_id = hashRecoveryCode(typed, sub);
      const used = await credentials.remove({ sub, kind: 'recovery_code', credential_id });
      return used ? 'recovery_code' : undefined;
    },

    async beginTotp(sub, ceremony) {
      const begun = await begunTotp(ceremony);
      if (begun !== undefined) return totpSecret({ sub, sealed_secret: begun }, encryptionKey);
      const secret = generateTotpSecret();
      const sealed_secret = sealedTotpSecret(secret, sub, encryptionKey);
      await ephemerals.put(KIND, ceremony, { sealed_secret }, clock() + SETTING_UP_MS);
      return secret;
    },

    async confirmTotp(sub, ceremony, typed) {
      const sealed_secret = await begunTotp(ceremony);
      if (sealed_secret === undefined) return 'over';
      const secret = totpSecret({ sub, sealed_secret }, encryptionKey);
      if (!(await acceptedOnce({ sub }, secret, typed))) return 'wrong';
      const now = clock();
      // One a person, whatever happens in parallel.
      const credential_id = sub;
      return [
        ephemerals.steps.take(KIND, ceremony, now),
        credentials.steps.insert({ kind: 'totp', credential_id, sub, created_at: now, sealed_secret }),
      ];
    },

    newRecoveryCodes(sub) {
      const codes = generateRecoveryCodes();
      const created_at = clock();
      const steps = [
        credentials.steps.removeAll(sub, 'recovery_code'),
        ...codes.map((code) => {
          const credential_id = hashRecoveryCode(code, sub);
          return credentials.steps.insert({ kind: 'recovery_code', credential_id, sub, created_at });
        }),
      ];
      return { codes, steps };
    },

    async showRecoveryCodes(sub, ceremony, codes) {
      const sealed = seal(codes.join(' '), encryptionKey, codesPurpose(sub));
      await ephemerals.put(NEW_CODES_KIND, ceremony, { sealed }, clock() + SHOWN_MS);
    },

    async shownRecoveryCodes(sub, ceremony) {
      const held = await ephemerals.get(NEW_CODES_KIND, ceremony, clock());
      return held && unseal(NewCodes.parse(held).sealed, encryptionKey, codesPurpose(sub)).split(' ');
    },

    async keepRecoveryCodes(ceremony) {
      await ephemerals.take(NEW_CODES_KIND, ceremony, clock());
    },

    removal: (of) => [credentials.steps.remove(of), credentials.steps.removeIdleRecoveryCodes(of.sub)],
  };
}
