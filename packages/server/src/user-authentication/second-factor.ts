import { z } from 'zod';
import type { Clock } from '../clock.ts';
import { type Storage, StorageConflict } from '../storage/storage.ts';
import { seal, unseal } from '../token/sealing.ts';
import type { CertificateCredential, PasskeyCredential, TotpCredential } from '../user/credential.ts';
import { generateRecoveryCodes, hashRecoveryCode } from './recovery-code.ts';
import { generateTotpSecret, stepOfCode } from './totp.ts';

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
   * Sets the authenticator app up, once the person shows that it works.
   * @returns `over` when nothing was begun lately, or there is an app already
   */
  confirmTotp(sub: string, ceremony: string, typed: string): Promise<'added' | 'wrong' | 'over'>;
  /** Makes new recovery codes and voids the earlier ones. @returns the codes, to be shown once */
  renewRecoveryCodes(sub: string): Promise<readonly string[]>;
  /** Removes a factor; recovery codes go with the last one. @returns whether there was one */
  remove(of: {
    readonly sub: string;
    readonly kind: 'totp' | 'passkey' | 'certificate';
    readonly credential_id: string;
  }): Promise<boolean>;
};

/** Whether a person with these is asked for a second factor. */
export const hasSecondFactor = ({ totp, passkeys }: SecondFactorList): boolean =>
  totp !== undefined || passkeys.length > 0;

const purpose = (sub: string) => `TOTP secret of ${sub}`;
/** Longer than any code is accepted. */
const REPLAY_MS = 300_000;

const KIND = 'totp-enrolment';
const SETTING_UP_MS = 900_000;
const Begun = z.object({ sealed_secret: z.string() });

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
  const acceptedOnce = async (sub: string, secret: string, typed: string): Promise<boolean> => {
    const now = clock();
    const step = stepOfCode(secret, typed, now);
    return step !== undefined && replays.claim(`totp:${sub}:${step}`, now + REPLAY_MS);
  };

  const removeRecoveryCodes = async (sub: string) => {
    for (const credential of await credentials.list(sub)) {
      if (credential.kind === 'recovery_code') await credentials.remove(credential);
    }
  };

  return {
    list,

    async verifyCode(sub, typed) {
      const { totp } = await list(sub);
      if (totp) {
        const secret = unseal(totp.sealed_secret, encryptionKey, purpose(sub));
        if (await acceptedOnce(sub, secret, typed)) {
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
      if (begun !== undefined) return unseal(begun, encryptionKey, purpose(sub));
      const secret = generateTotpSecret();
      const sealed_secret = seal(secret, encryptionKey, purpose(sub));
      await ephemerals.put(KIND, ceremony, { sealed_secret }, clock() + SETTING_UP_MS);
      return secret;
    },

    async confirmTotp(sub, ceremony, typed) {
      const sealed_secret = await begunTotp(ceremony);
      if (sealed_secret === undefined) return 'over';
      const secret = unseal(sealed_secret, encryptionKey, purpose(sub));
      if (!(await acceptedOnce(sub, secret, typed))) return 'wrong';
      await ephemerals.take(KIND, ceremony, clock());
      try {
        // One a person, whatever happens in parallel.
        const credential_id = sub;
        await credentials.insert({ kind: 'totp', credential_id, sub, created_at: clock(), sealed_secret });
        return 'added';
      } catch (error) {
        if (error instanceof StorageConflict) return 'over';
        throw error;
      }
    },

    async renewRecoveryCodes(sub) {
      await removeRecoveryCodes(sub);
      const codes = generateRecoveryCodes();
      for (const code of codes) {
        const credential_id = hashRecoveryCode(code, sub);
        await credentials.insert({ kind: 'recovery_code', credential_id, sub, created_at: clock() });
      }
      return codes;
    },

    async remove(of) {
      const removed = await credentials.remove(of);
      if (!hasSecondFactor(await list(of.sub))) await removeRecoveryCodes(of.sub);
      return removed;
    },
  };
}
