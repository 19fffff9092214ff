import type { Client } from '../../api/admin-api.ts';
import { text } from '../../words/words.tsx';
import { audienceLines, LIFETIMES } from './form/token-rules.ts';
import { BINDINGS, GRANTS, methodName, PROFILES, SUBJECTS } from './methods.ts';

const yesNo = (is: boolean): string => text(is ? 'common.yes' : 'common.no');

/** What a client is registered with. */
export function ClientSettings({ client }: { readonly client: Client }) {
  const subject = SUBJECTS.find(({ value }) => client[value] !== undefined);
  const facts: readonly (readonly [string, readonly string[]])[] = [
    [text('client.authentication'), [methodName(client.token_endpoint_auth_method)]],
    ...(subject ? [[subject.label, [client[subject.value] ?? '']] as const] : []),
    ...(client.trust_group === undefined ? [] : [[text('client.trustgroup'), [client.trust_group]] as const]),
    ...(client.jwks_uri === undefined ? [] : [[text('component.jwksuri'), [client.jwks_uri]] as const]),
    [text('client.callbackurls'), client.redirect_uris],
    [
      text('client.granttypes'),
      client.grant_types.map((grant) => GRANTS.find(({ value }) => value === grant)?.label ?? grant),
    ],
    [text('common.scopes'), client.scope === '' ? [] : client.scope.split(' ')],
    [text('client.boundtocertificate'), [BINDINGS[client.certificate_binding]]],
    [
      text('client.idtokensigned'),
      client.id_token_signed_response_alg === undefined ? [] : [client.id_token_signed_response_alg],
    ],
    [text('client.claimsinid'), [yesNo(client.scope_claims_in_id_token)]],
    [
      text('client.accesstokens'),
      [text(client.access_token_type === 'jwt' ? 'client.jwt' : 'client.reference')],
    ],
    [text('client.subjects'), [client.subject_type ?? 'public']],
    ...(client.sector_identifier_uri === undefined
      ? []
      : [[text('client.sector'), [client.sector_identifier_uri]] as const]),
    [text('client.applicationtype'), [client.application_type]],
    [text('client.pushed'), [yesNo(client.require_pushed_authorization_requests)]],
    [
      text('client.profile'),
      [client.profile === undefined ? text('client.noprofile') : PROFILES[client.profile]],
    ],
    [text('client.dpop'), [yesNo(client.dpop_bound_access_tokens)]],
    [text('client.jar'), [yesNo(client.require_signed_request_object)]],
    [text('client.jaralg'), [client.request_object_signing_alg ?? text('client.anyalgorithm')]],
    ...(client.plain_http_redirect_uris === undefined
      ? []
      : [[text('client.plainhttp'), client.plain_http_redirect_uris] as const]),
    [text('client.aftersignout'), client.post_logout_redirect_uris],
    [text('client.origins'), client.allowed_cors_origins],
    [text('client.beginsat'), client.initiate_login_uri === undefined ? [] : [client.initiate_login_uri]],
    [
      text('client.backchannellogout'),
      client.backchannel_logout_uri === undefined ? [] : [client.backchannel_logout_uri],
    ],
    [text('client.contacts'), client.contacts],
    [text('client.pkce'), [text(client.require_pkce ? 'common.yes' : 'client.asdeployment')]],
    [
      text('client.defaultscopes'),
      client.default_scope === undefined
        ? [text('client.asusual')]
        : client.default_scope.split(' ').filter((scope) => scope !== ''),
    ],
    [
      text('client.audiences'),
      audienceLines(client.scope_audiences)
        .split('\n')
        .filter((line) => line !== ''),
    ],
    [
      text('client.lifetimes'),
      LIFETIMES.flatMap(({ value, label }) =>
        client[value] === undefined
          ? []
          : [text('client.lifetime', { name: label, count: client[value] ?? 0 })],
      ),
    ],
    [
      text('client.attributes'),
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
                <span className="quiet">{text('common.none')}</span>
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
