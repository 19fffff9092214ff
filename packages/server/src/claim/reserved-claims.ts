/**
 * The claims that protocols give their meaning: those of the registries for JSON Web Token claims (RFC 7519 §10.1) and
 * introspection answers (RFC 7662 §3.1) that say something of a token, its keys, its issuer or whoever presents it, and
 * those that this server keeps for itself. What they say an operator cannot say by a rule. Registered claims about a person
 * or what they may do, such as `groups`, `roles` and `entitlements` (RFC 9068 §7.2.1), are not among them.
 */
const PROTOCOL_CLAIMS: ReadonlySet<string> = new Set([
  // RFC 7519, RFC 7800, RFC 8693, RFC 8705, RFC 9396, RFC 9449
  ...['iss', 'sub', 'aud', 'exp', 'nbf', 'iat', 'jti', 'cnf', 'scope', 'client_id', 'act', 'may_act'],
  ...['authorization_details', 'htm', 'htu', 'ath', 'nonce'],
  // OpenID Connect Core, Logout, Federation, Self-Issued and the like
  ...[
    'azp',
    'auth_time',
    'at_hash',
    'c_hash',
    's_hash',
    'acr',
    'amr',
    'sid',
    'sub_jwk',
    'events',
    'toe',
    'txn',
  ],
  ...['urn:openid:params:jwt:claim:auth_req_id', 'urn:openid:params:jwt:claim:rt_hash'],
  ...['_claim_names', '_claim_sources', 'verified_claims', 'vot', 'vtm', 'sub_id'],
  ...['metadata', 'metadata_policy', 'metadata_policy_crit', 'constraints', 'crit', 'ref', 'delegation'],
  ...['logo_uri', 'trust_marks', 'trust_mark_issuers', 'trust_mark_owners', 'trust_mark_type', 'trust_chain'],
  ...['trust_anchor', 'authority_hints', 'jwks', 'jwks_uri', 'signed_jwks_uri', 'keys'],
  ...['software_statement'],
  // RFC 7662, RFC 9701
  ...['active', 'token_type', 'username', 'token_introspection'],
  // SD-JWT and credentials
  ...[
    '_sd',
    '_sd_alg',
    'sd_hash',
    '...',
    'vct',
    'vct#integrity',
    'vc',
    'vp',
    'status',
    'status_list',
    'ttl',
    'exi',
  ],
  // ACE, RATS, PASSporT, CDNI, SIP and STIR, ATProto
  ...['ace_profile', 'cnonce', 'attest', 'orig', 'origid', 'dest', 'mky', 'rph', 'sph', 'div', 'opt'],
  ...['jcard', 'rcd', 'rcdi', 'crn', 'msgi', 'atc', 'at_use_nbr', 'sip_from_tag', 'sip_date', 'sip_callid'],
  ...[
    'sip_cseq_num',
    'sip_via_branch',
    'cdniv',
    'cdnicrit',
    'cdniip',
    'cdniuc',
    'cdniets',
    'cdnistt',
    'cdnistd',
  ],
  ...['sig_val_claims', 'eat_nonce', 'ueid', 'sueids', 'oemid', 'hwmodel', 'hwversion', 'oemboot', 'dbgstat'],
  ...[
    'eat_profile',
    'submods',
    'uptime',
    'bootcount',
    'bootseed',
    'dloas',
    'swname',
    'swversion',
    'manifests',
  ],
  ...['measurements', 'measres', 'intuse', 'geohash', 'rdap_allowed_purposes', 'rdap_dnt_allowed'],
  // This server
  ...['grant_id', 'client_generation', 'userinfo_claims'],
]);

/** Members of JavaScript objects, which no claim or attribute may be called: some parsers refuse them, some lose them. */
const OF_OBJECTS: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);
export const isMemberOfObjects = (name: string): boolean => OF_OBJECTS.has(name);

/** Whether a claim has its meaning by a protocol, so that no rule may give it. */
export const isProtocolClaim = (claim: string): boolean =>
  PROTOCOL_CLAIMS.has(claim) || isMemberOfObjects(claim);

/** Visible characters without blanks: names, and the URIs that RFC 7519 §4.2 proposes against collisions. */
const CLAIM_NAME = /^[^\p{C}\p{Z}"\\]{1,200}$/u;

/** Why no rule may give a claim of this name, whatever it is made of; undefined where one may. */
export function claimNameProblem(claim: string): string | undefined {
  if (!CLAIM_NAME.test(claim))
    return 'has 1 to 200 visible characters, without blanks, quotes and backslashes';
  return isProtocolClaim(claim)
    ? `is the name of a claim of the protocols, whose value a rule cannot be: ${claim}`
    : undefined;
}
