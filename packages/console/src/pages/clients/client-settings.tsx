import type { Client } from '../../api/admin-api.ts';
import { audienceLines, LIFETIMES } from './form/token-rules.ts';
import { BINDINGS, GRANTS, methodName, SUBJECTS } from './methods.ts';

/** What a client is registered with. */
export function ClientSettings({ client }: { readonly client: Client }) {
  const subject = SUBJECTS.find(({ value }) => client[value] !== undefined);
  const facts: readonly (readonly [string, readonly string[]])[] = [
    ['Authentication', [methodName(client.token_endpoint_auth_method)]],
    ...(subject ? [[subject.label, [client[subject.value] ?? '']] as const] : []),
    ...(client.trust_group === undefined ? [] : [['Trust group', [client.trust_group]] as const]),
    ...(client.jwks_uri === undefined ? [] : [['JWKS URI', [client.jwks_uri]] as const]),
    ['Callback URLs', client.redirect_uris],
    [
      'Grant types',
      client.grant_types.map((grant) => GRANTS.find(({ value }) => value === grant)?.label ?? grant),
    ],
    ['Scopes', client.scope === '' ? [] : client.scope.split(' ')],
    ['Tokens bound to the certificate', [BINDINGS[client.certificate_binding]]],
    [
      'ID tokens signed with',
      client.id_token_signed_response_alg === undefined ? [] : [client.id_token_signed_response_alg],
    ],
    ['Scope claims in the ID token', [client.scope_claims_in_id_token ? 'yes' : 'no']],
    ['Access tokens', [client.access_token_type === 'jwt' ? 'signed JWT' : 'opaque, introspected']],
    ['Subjects', [client.subject_type ?? 'public']],
    ...(client.sector_identifier_uri === undefined
      ? []
      : [['Sector identifier URI', [client.sector_identifier_uri]] as const]),
    ['Application type', [client.application_type]],
    ['Pushed requests required', [client.require_pushed_authorization_requests ? 'yes' : 'no']],
    ...(client.plain_http_redirect_uris === undefined
      ? []
      : [['Accepted over plain http', client.plain_http_redirect_uris] as const]),
    ['URLs after sign-out', client.post_logout_redirect_uris],
    ['Allowed origins', client.allowed_cors_origins],
    ['Sign-in begins at', client.initiate_login_uri === undefined ? [] : [client.initiate_login_uri]],
    [
      'Back-channel logout',
      client.backchannel_logout_uri === undefined ? [] : [client.backchannel_logout_uri],
    ],
    ['Contacts', client.contacts],
    ['PKCE required', [client.require_pkce ? 'yes' : 'as the deployment has it']],
    [
      'Default scopes',
      client.default_scope === undefined
        ? ['as usual']
        : client.default_scope.split(' ').filter((scope) => scope !== ''),
    ],
    [
      'Audiences by scope',
      audienceLines(client.scope_audiences)
        .split('\n')
        .filter((line) => line !== ''),
    ],
    [
      'Lifetimes of its own',
      LIFETIMES.flatMap(({ value, label }) =>
        client[value] === undefined ? [] : [`${label}: ${client[value]} s`],
      ),
    ],
    [
      'Attributes',
      Object.entries(client.attributes ?? {}).map(([name, value]) => `${name}: ${[value].flat().join(', ')}`),
    ],
  ];
  return (
    <section className="card">
      <dl className="facts wide">
        {facts.map(([name, values]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              {values.length === 0 ? (
                <span className="quiet">none</span>
              ) : (
                <ul className="lines">
                  {values.map((value) => (
                    <li key={value}>{value}</li>
                  ))}
                </ul>
              )}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
