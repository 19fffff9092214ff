import { GRANT_TYPES, type GrantType } from '../../client/client-registration.ts';
import { ownMember } from '../../own-member.ts';

const OF_PEOPLE: readonly GrantType[] = [
  'authorization_code',
  'password',
  'urn:ietf:params:oauth:grant-type:device_code',
  'urn:openid:params:grant-type:ciba',
];

/** Why a grant type of WSO2's does not come over; any other is none that this server knows. */
const LOST: Readonly<Record<string, string>> = {
  implicit: 'tokens do not travel in addresses (RFC 9700 §2.1.2)',
  'urn:ietf:params:oauth:grant-type:saml2-bearer': 'SAML assertions are not taken',
  'urn:ietf:params:oauth:grant-type:jwt-bearer': 'assertions of other issuers are not taken',
  'urn:ietf:params:oauth:grant-type:uma-ticket': 'User-Managed Access is not there',
  'iwa:ntlm': 'Windows sign-in is not there',
  kerberos: 'Kerberos is not there',
  account_switch: 'there are no linked accounts',
  organization_switch: 'there are no organizations',
  organization_switch_cc: 'there are no organizations',
};

/** The grant types that a client keeps, and those that it loses, each with the reason. */
export type Grants = {
  readonly kept: readonly GrantType[];
  readonly lost: readonly { readonly grant_type: string; readonly because: string }[];
};

const isKnown = (grant: string): grant is GrantType => GRANT_TYPES.some((known) => known === grant);

/** Why a grant type that is there cannot be had by this client. */
function obstacle(grant: GrantType, isPublic: boolean, hasRedirects: boolean): string | undefined {
  if (grant === 'authorization_code' && !hasRedirects) return 'no redirect URI of the client is taken';
  if (isPublic && grant === 'client_credentials')
    return 'the client is public: anybody could have its tokens';
  if (isPublic && grant === 'urn:openid:params:grant-type:ciba') return 'the client is public (CIBA §7)';
  return undefined;
}

/**
 * The grant types of a client.
 * @param written as the files have them: in one text, with blanks between and behind
 */
export function grantsOf(written: readonly string[], isPublic: boolean, hasRedirects: boolean): Grants {
  const names = [...new Set(written.flatMap((text) => text.split(/\s+/)).filter((name) => name !== ''))];
  const kept: GrantType[] = [];
  const lost: { grant_type: string; because: string }[] = [];
  for (const grant_type of names) {
    const because = isKnown(grant_type)
      ? obstacle(grant_type, isPublic, hasRedirects)
      : (ownMember(LOST, grant_type) ?? 'this server does not know it');
    if (because !== undefined) lost.push({ grant_type, because });
    else if (isKnown(grant_type)) kept.push(grant_type);
  }
  if (kept.some((grant) => OF_PEOPLE.includes(grant))) return { kept, lost };
  // Nothing that is left would give a token to refresh.
  const refresh = kept.filter((grant) => grant === 'refresh_token');
  return {
    kept: kept.filter((grant) => grant !== 'refresh_token'),
    lost: [
      ...lost,
      ...refresh.map((grant_type) => ({ grant_type, because: 'no grant that is left gives refresh tokens' })),
    ],
  };
}
