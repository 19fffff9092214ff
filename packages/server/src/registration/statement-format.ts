import { invalidSoftwareStatement, unapprovedSoftwareStatement } from '../refusal/error-codes.ts';

/** How directories write software statements: by the metadata of RFC 7591 itself, or by claims of their own. */
export const STATEMENT_FORMATS = ['rfc7591', 'open-banking-uk', 'open-finance-brasil', 'cdr-au'] as const;
export type StatementFormat = (typeof STATEMENT_FORMATS)[number];

type Claims = Readonly<Record<string, unknown>>;

/** What a statement says of the software, in the words of RFC 7591. */
export type Vouched = {
  /** What stands above the client's own words (RFC 7591 §2.3). */
  readonly metadata: Readonly<Record<string, unknown>>;
  /** The redirect URIs that the client may register, all or some of them; undefined where the statement leaves that open. */
  readonly redirect_uris: readonly string[] | undefined;
  /** Where the software's keys are, and no keys elsewhere count; undefined where the statement leaves that open. */
  readonly jwks_uri: string | undefined;
  /** Who signs for the software: the `iss` of what it sends as a JWT. */
  readonly software_id: string | undefined;
};

/** A format: the claims that make it, what they mean in RFC 7591, and what says that the software may not register. */
type Format = {
  /** Without these it is no statement of this format. */
  readonly required: readonly string[];
  readonly redirect_uris: string;
  readonly jwks_uri: string;
  /** Each member of the metadata with the claims it comes from, the first that is there. */
  readonly metadata: Readonly<Record<string, readonly string[]>>;
  /** Claims that must be this, where they are there; letters in either case. */
  readonly standing: Readonly<Record<string, string>>;
};

const SOFTWARE = {
  client_name: ['software_client_name', 'software_name', 'org_name'],
  client_uri: ['software_client_uri'],
  logo_uri: ['software_logo_uri'],
  policy_uri: ['software_policy_uri'],
  tos_uri: ['software_tos_uri'],
  software_id: ['software_id', 'software_client_id'],
  software_version: ['software_version'],
} as const;

/** Those that come from the directory of the United Kingdom name the place of the keys differently, and nothing else. */
const openBanking = (jwks_uri: string): Format => ({
  required: ['software_redirect_uris', jwks_uri, 'software_id', 'org_id'],
  redirect_uris: 'software_redirect_uris',
  jwks_uri,
  metadata: SOFTWARE,
  standing: { org_status: 'Active', software_status: 'Active' },
});

const FORMATS: Readonly<Record<Exclude<StatementFormat, 'rfc7591'>, Format>> = {
  // Open Banking Directory: software statement assertion, with Dynamic Client Registration 3.3.
  'open-banking-uk': openBanking('software_jwks_endpoint'),
  // Open Finance Brasil: Dynamic Client Registration 1.0, §6 and §7.
  'open-finance-brasil': openBanking('software_jwks_uri'),
  // Consumer Data Standards (Australia): software statement assertion of the register.
  'cdr-au': {
    required: ['redirect_uris', 'jwks_uri', 'software_id', 'org_id', 'recipient_base_uri'],
    redirect_uris: 'redirect_uris',
    jwks_uri: 'jwks_uri',
    metadata: {
      client_name: ['client_name'],
      client_uri: ['client_uri'],
      logo_uri: ['logo_uri'],
      policy_uri: ['policy_uri'],
      tos_uri: ['tos_uri'],
      software_id: ['software_id'],
    },
    standing: {},
  },
};

const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;

function textsIn(claims: Claims, claim: string): readonly string[] {
  const value = claims[claim];
  const texts = Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
  if (Array.isArray(value) && texts.length === value.length && texts.length > 0) return texts;
  throw invalidSoftwareStatement(
    'The software statement or its signature is not valid.',
    'software_statement_invalid',
    {
      field: claim,
      expected: 'a list of URIs',
      presented: typeof value,
    },
  );
}

/** As the claims say it by the names of RFC 7591, which the caller picks from them. */
const vouchedByRfc = (claims: Claims): Vouched => ({
  metadata: claims,
  redirect_uris: undefined,
  jwks_uri: text(claims.jwks_uri),
  software_id: text(claims.software_id),
});

/**
 * What a verified statement says of its software.
 * @param format that of its authority
 * @throws Refusal `unapproved_software_statement` for one of another format, and of software that is not active
 */
export function vouchedBy(format: StatementFormat, claims: Claims): Vouched {
  if (format === 'rfc7591') return vouchedByRfc(claims);
  const { required, redirect_uris, jwks_uri, metadata, standing } = FORMATS[format];
  const missing = required.filter((claim) => claims[claim] === undefined);
  if (missing.length > 0) {
    throw unapprovedSoftwareStatement(
      'The software statement is not one of its authority’s directory.',
      'software_statement_of_another_format',
      { format, expected: required, missing },
    );
  }
  for (const [claim, expected] of Object.entries(standing)) {
    const presented = claims[claim];
    if (presented === undefined || String(presented).toLowerCase() === expected.toLowerCase()) continue;
    throw unapprovedSoftwareStatement(
      'The software may not register.',
      'software_statement_of_inactive_software',
      {
        field: claim,
        expected,
        presented: String(presented).slice(0, 100),
      },
    );
  }
  const keysAt = text(claims[jwks_uri]);
  const meant = Object.entries(metadata).flatMap(([member, from]) => {
    const named = from.map((claim) => claims[claim]).find((value) => value !== undefined && value !== '');
    return named === undefined ? [] : [[member, String(named)]];
  });
  return {
    metadata: { ...Object.fromEntries(meant), ...(keysAt !== undefined && { jwks_uri: keysAt }) },
    redirect_uris: textsIn(claims, redirect_uris),
    jwks_uri: keysAt,
    software_id: text(claims.software_id),
  };
}

/** The format that the claims of a statement have, where its authority is not known any more. */
export const formatOf = (claims: Claims): StatementFormat =>
  STATEMENT_FORMATS.find(
    (format) =>
      format !== 'rfc7591' && FORMATS[format].required.every((claim) => claims[claim] !== undefined),
  ) ?? 'rfc7591';
