import { BUNDLES } from '../client/profile/bundles.ts';
import { type Bundle, type ProfileRule, RULES } from '../client/profile/switches.ts';
import { PROFILES, type Profile } from '../client/profile-name.ts';

const INTRODUCTION = `# Security profiles

A profile is a bundle of switches: what a client must do, and what is done for it. One member of the registration puts a
client under one, and leaves all others alone:

\`\`\`
npx countersign client add --client-name Bank --certificate bank.pem \\
  --redirect-uri https://bank.example/cb --profile fapi2-security
\`\`\`

The three of FAPI, with their rules and the test of each, are [on a page of their own](fapi.md). The others are those
three as a market uses them. What registration can show is refused at registration; the rest is refused request by request,
and the event names the clause, what was expected and what came.

## One switch more

Where a bundle leaves something open, the client's own registration turns the switch, with the members that standards have for
it. So every combination that schemes ask for can be had:

| to have | register beside the profile |
| --- | --- |
| signed requests | \`require_signed_request_object: true\`. Under any profile a request object, asked for or not, is then held to FAPI 2.0 Message Signing §5.3.1: \`nbf\` of the last hour, \`exp\` within an hour of it, \`aud\`, \`iss\` |
| signed responses | \`response_modes: ["jwt"]\` |
| pushed requests | \`require_pushed_authorization_requests: true\` |
| tokens bound to a certificate | \`tls_client_certificate_bound_access_tokens: true\` |
| tokens bound to a DPoP key | \`dpop_bound_access_tokens: true\` |
| one algorithm | \`request_object_signing_alg\`, \`token_endpoint_auth_signing_alg\`, \`id_token_signed_response_alg\` … |
| one response type | \`response_types\` |
| encrypted ID tokens and answers | \`id_token_encrypted_response_alg\` … ([encryption](encryption.md)) |

Signed requests without signed responses, as the UK, Australia and Saudi Arabia have them on FAPI 2.0, are
\`fapi2-security\` with \`require_signed_request_object\`; signed responses without signed requests the same with
\`response_modes\`.

## Markets

What a scheme asks beside the protocol of the authorization server is the scheme's: its APIs, consents by an intent of
theirs, its directory's certificates. What it asks of this server that is not there is said here.

### \`uk-open-banking\`

On \`fapi1-advanced\`: \`code id_token\` alone, by value, without JARM; PS256 alone. On FAPI 2.0 see above. Not here: the claim
\`openbanking_intent_id\`, and an \`acr\` of \`urn:openbanking:psd2:sca\`: what strength a sign-in had is said by the
[levels of this server](sign-in.md).

### \`open-finance-brasil\`

On \`fapi1-advanced\`: \`private_key_jwt\` alone, \`code id_token\` alone, PS256 alone, PKCE always, refresh tokens that are not rotated,
access tokens that live for 5 to 15 minutes whatever the deployment says, and a request object that is encrypted unless
it is pushed, ID tokens that are encrypted (\`RSA-OAEP\` with \`A256GCM\` is what the scheme uses). Its certification of today has pushed requests
alone: register \`require_pushed_authorization_requests\` too. Software statements of the directory:
[dynamic registration](dynamic-registration.md). Not here: \`acr\` values \`urn:brasil:openbanking:loa2\` and \`loa3\`, and the claims
\`cpf\` and \`cnpj\`.

### \`au-cdr\`

The Consumer Data Right, on \`fapi1-advanced\`: \`private_key_jwt\` alone, pushed requests alone, PKCE always, \`code\` with JARM.
On FAPI 2.0 see above. Not here: \`sharing_duration\`, \`cdr_arrangement_id\`, and \`sector_identifier_uri\` of
a software statement: a client registers it itself ([pairwise subjects](pairwise-subjects.md)).

### \`au-connectid\`

On \`fapi2-security\`: signed requests, \`private_key_jwt\` alone, tokens bound to a certificate, PS256 alone. Not here:
\`x-fapi-interaction-id\` in the answers of the endpoints, and the parameter \`purpose\`, which is passed over.

### \`ksa-open-banking\`

On \`fapi1-advanced\`: pushed requests alone, PKCE always, \`code id_token\` without JARM. On FAPI 2.0 see above, with
\`tls_client_certificate_bound_access_tokens\`.

## FAPI-CIBA

A client under \`fapi1-advanced\`, or a bundle made from it, that is registered for CIBA is held to FAPI-CIBA: every request is signed
(§5.2.2) with all of \`iss\`, \`aud\`, \`exp\`, \`nbf\`, \`iat\` and \`jti\`, nothing beside the JWT is followed, and tokens are
bound to the certificate. An \`auth_req_id\` gives tokens once: a client that loses the answer has the person asked again, where
others may ask once more. Poll and ping. \`packages/server/test/fapi-ciba.test.ts\` has the steps one by one.
`;

const choiceOf = ({ of, clause }: { readonly of: readonly string[]; readonly clause: string }): string =>
  `${of.map((each) => `\`${each}\``).join(', ')} (${clause})`;

function rows(profile: Profile): readonly string[] {
  const bundle: Bundle = BUNDLES[profile];
  const { rules, authentication, algorithms, response_types, loopback_redirect, access_token_lifetime } =
    bundle;
  return [
    `| client authentication | ${choiceOf(authentication)} |`,
    `| algorithms | ${choiceOf(algorithms)} |`,
    `| response types | ${choiceOf(response_types)} |`,
    `| redirect URIs | https${loopback_redirect.allowed ? ', or loopback of native applications' : ''} (${loopback_redirect.clause}) |`,
    ...(access_token_lifetime === undefined
      ? []
      : [
          `| access tokens live | ${access_token_lifetime.least} to ${access_token_lifetime.most} seconds (${access_token_lifetime.clause}) |`,
        ]),
    ...Object.entries(rules).map(([rule, clause]) => `| \`${rule}\` | ${clause} |`),
  ];
}

const isRule = (name: string): name is ProfileRule => Object.hasOwn(RULES, name);

/** `docs/profiles.md`: what a profile is, and every switch of every bundle. */
export function profilesPage(): string {
  const switches = Object.keys(RULES).filter(isRule);
  const inBundles = (rule: ProfileRule) =>
    PROFILES.map((profile) => (BUNDLES[profile].rules[rule] === undefined ? ' ' : '×')).join(' | ');
  return [
    INTRODUCTION,
    '## Every switch',
    '',
    `| switch | what it asks | ${PROFILES.map((profile) => `\`${profile}\``).join(' | ')} |`,
    `| --- | --- |${' :-: |'.repeat(PROFILES.length)}`,
    ...switches.map((rule) => `| \`${rule}\` | ${RULES[rule]} | ${inBundles(rule)} |`),
    '',
    '## Every bundle',
    '',
    ...PROFILES.flatMap((profile) => [
      `### \`${profile}\` in full`,
      '',
      `${BUNDLES[profile].title}.`,
      '',
      '| switch | |',
      '| --- | --- |',
      ...rows(profile),
      '',
    ]),
    '`packages/server/test/profiles.test.ts` has a client under each go the whole way.',
    '',
  ].join('\n');
}
