import { URI_RULES, type UriField, uriProblem } from '../../client/client-uri.ts';
import { isPlainHttpRedirectUri } from '../../client/redirect-uri.ts';
import { webOrigin } from '../../client/web-origin.ts';
import { shown } from '../finding.ts';
import { attributeOf, type ClientDraft, valuesOfAttribute } from './draft.ts';

/** An address that the client has, or why it has it not. */
type Address = { readonly uri: string } | { readonly problem: string };

/**
 * An address as Keycloak understands it: one that begins with a slash stands under `rootUrl`.
 * @returns undefined where there is nothing that it could stand under
 */
function resolved(written: string, { client: { rootUrl } }: ClientDraft): string | undefined {
  if (!written.startsWith('/')) return written;
  // ${authBaseUrl} is Keycloak itself.
  if (rootUrl === undefined || !/^https?:\/\//i.test(rootUrl)) return undefined;
  return `${rootUrl.replace(/\/+$/, '')}${written}`;
}

function addressOf(written: string, field: UriField, draft: ClientDraft): Address {
  const uri = resolved(written, draft);
  if (uri === undefined) {
    return { problem: `${shown(written)} is relative, and the client has no rootUrl to resolve it against` };
  }
  const problem = uriProblem(uri, URI_RULES[field]);
  return problem === undefined ? { uri } : { problem: `${shown(uri)} ${problem}` };
}

/** The addresses that can be registered; of each other one its reason is told. */
function addressesOf(
  written: readonly string[],
  field: UriField,
  draft: ClientDraft,
  tell: (problem: string, written: string) => void,
): readonly string[] {
  const taken = new Set<string>();
  for (const each of written) {
    const address = addressOf(each, field, draft);
    if ('uri' in address) taken.add(address.uri);
    else tell(address.problem, each);
  }
  return [...taken];
}

const isPlainHttp = (written: string, draft: ClientDraft): boolean =>
  isPlainHttpRedirectUri(resolved(written, draft) ?? written);

/** Those of the addresses that the operator accepts though they are plain http, as they are once resolved. */
const acceptedAmong = (written: readonly string[], draft: ClientDraft): readonly string[] => {
  const { accept_redirect_uris = [] } = draft.answer;
  const uris = written
    .filter((each) => isPlainHttp(each, draft))
    .map((each) => resolved(each, draft) ?? each);
  return [...new Set(uris)].filter((uri) => accept_redirect_uris.includes(uri));
};

/** Where answers of the authorization endpoint go. */
function readRedirectUris(draft: ClientDraft): readonly string[] {
  const { client, answer, metadata, fields } = draft;
  const { redirect_uris: answered } = answer;
  const accepted = acceptedAmong(answered ?? client.redirectUris, draft);
  if (accepted.length > 0) {
    metadata.set('plain_http_redirect_uris', accepted);
    const why = `${accepted.map(shown).join(', ')}: accepted, though whoever is on the way can read what is sent there`;
    fields.note('redirectUris', { outcome: 'changed', ours: 'plain_http_redirect_uris', why });
  }
  if (answered !== undefined) {
    const before = client.redirectUris.map(shown).join(', ') || 'none';
    fields.note('redirectUris', { outcome: 'changed', why: `as answered, in place of ${before}` });
    metadata.set('redirect_uris', [...answered]);
    return answered;
  }
  const others = client.redirectUris.filter((uri) => !accepted.includes(resolved(uri, draft) ?? uri));
  const kept = addressesOf(others, 'redirect_uris', draft, (problem, written) => {
    const why = written.includes('*')
      ? `${problem}; answer redirect_uris with the addresses that are used`
      : isPlainHttp(written, draft)
        ? `${problem}; answer redirect_uris with another, or accept_redirect_uris with this one`
        : problem;
    fields.note('redirectUris', { outcome: 'asked', why });
  });
  const uris = [...kept, ...accepted];
  if (kept.length > 0) {
    const relative = client.redirectUris.filter((uri) => uri.startsWith('/'));
    fields.note('redirectUris', {
      why: `${kept.map(shown).join(', ')}${relative.length > 0 ? `, of which ${relative.map(shown).join(', ')} stood under rootUrl` : ''}`,
    });
  }
  if (uris.length > 0) metadata.set('redirect_uris', uris);
  return uris;
}

function readOrigins(draft: ClientDraft, redirectUris: readonly string[]): void {
  const { client, metadata, fields } = draft;
  const origins = new Set<string>();
  const take = (written: string): void => {
    const problem = uriProblem(written, URI_RULES.allowed_cors_origins);
    if (problem === undefined) origins.add(written);
    else fields.note('webOrigins', { outcome: 'lost', why: `${shown(written)} ${problem}` });
  };
  for (const written of client.webOrigins) {
    if (written === '*') {
      fields.note('webOrigins', { outcome: 'lost', why: 'every origin (*) is not supported; name them' });
    } else if (written === '+') {
      for (const origin of new Set(redirectUris.map(webOrigin))) if (origin !== undefined) take(origin);
    } else take(written);
  }
  if (origins.size === 0) return;
  metadata.set('allowed_cors_origins', [...origins]);
  fields.note('webOrigins', { why: [...origins].map(shown).join(', ') });
}

function readPostLogout(draft: ClientDraft, redirectUris: readonly string[]): void {
  const { metadata, attributes } = draft;
  const written = attributeOf(draft, 'post.logout.redirect.uris');
  if (written === undefined || written === '-') return;
  const values = valuesOfAttribute(written);
  const known = values.filter((value) => value !== '+' && value !== '-');
  const accepted = acceptedAmong([...redirectUris, ...known], draft);
  if (accepted.length > 0) metadata.set('plain_http_redirect_uris', accepted);
  const others = known.filter((each) => !accepted.includes(resolved(each, draft) ?? each));
  const kept = addressesOf(others, 'post_logout_redirect_uris', draft, (problem, each) =>
    attributes.note(
      'post.logout.redirect.uris',
      isPlainHttp(each, draft)
        ? { outcome: 'asked', why: `${problem}; answer accept_redirect_uris with this one to keep it` }
        : { outcome: 'lost', why: problem },
    ),
  );
  const own = acceptedAmong(known, draft);
  const uris = new Set([...(values.includes('+') ? redirectUris : []), ...kept, ...own]);
  const taken = [...uris].filter(
    (uri) => accepted.includes(uri) || uriProblem(uri, URI_RULES.post_logout_redirect_uris) === undefined,
  );
  if (taken.length === 0) return;
  metadata.set('post_logout_redirect_uris', taken);
  attributes.note('post.logout.redirect.uris', { why: taken.map(shown).join(', ') });
}

/** Attributes of one address each. */
const ONE_ADDRESS = [
  ['backchannel.logout.url', 'backchannel_logout_uri'],
  ['ciba.backchannel.client.notification.endpoint', 'backchannel_client_notification_endpoint'],
  ['logoUri', 'logo_uri'],
  ['policyUri', 'policy_uri'],
  ['tosUri', 'tos_uri'],
] as const;

function readOneAddresses(draft: ClientDraft): void {
  for (const [name, field] of ONE_ADDRESS) {
    const written = attributeOf(draft, name);
    if (written === undefined) continue;
    const address = addressOf(written, field, draft);
    if ('uri' in address) draft.metadata.set(field, address.uri);
    draft.attributes.note(name, 'uri' in address ? {} : { outcome: 'lost', why: address.problem });
  }
}

/** Every address of a client. @returns its redirect URIs */
export function readAddresses(draft: ClientDraft): readonly string[] {
  const { client, metadata, fields } = draft;
  const redirectUris = readRedirectUris(draft);
  readOrigins(draft, redirectUris);
  readPostLogout(draft, redirectUris);
  readOneAddresses(draft);
  if (client.baseUrl) {
    const address = addressOf(client.baseUrl, 'client_uri', draft);
    if ('uri' in address) metadata.set('client_uri', address.uri);
    fields.note(
      'baseUrl',
      'uri' in address ? { why: shown(address.uri) } : { outcome: 'lost', why: address.problem },
    );
  }
  return redirectUris;
}
