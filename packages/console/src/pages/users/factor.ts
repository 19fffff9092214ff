import type { Credential } from '../../api/admin-api.ts';
import { text } from '../../words/words.tsx';

/** What each kind of them is called. */
export const FACTOR_KINDS: Readonly<Record<Credential['kind'], string>> = {
  totp: text('users.totp'),
  passkey: text('users.passkey'),
  certificate: text('users.certificate'),
  recovery_code: text('users.recoverycodes'),
};

/** Something that is removed as one: a factor, a certificate, or all recovery codes. */
export type Factor = Pick<Credential, 'kind' | 'credential_id' | 'label'> & { readonly name: string };

export const factorOf = ({ kind, credential_id, label }: Credential): Factor => ({
  kind,
  ...(credential_id !== undefined && { credential_id }),
  ...(label !== undefined && { label }),
  name: label === undefined ? FACTOR_KINDS[kind] : `${FACTOR_KINDS[kind]} ${label}`,
});
