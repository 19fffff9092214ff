import { ownMember } from '../../own-member.ts';
import { findingOf, quoted } from '../finding.ts';
import type { MovedClient } from '../record.ts';
import { type Finding, type MovedItem, type SourceInput, UnreadableSource } from '../source.ts';
import { type Application, clientIdOf } from './application.ts';
import { authenticationOf, secretIn } from './authentication.ts';
import { asksForSomething, placeOf, type Reading, type Wso2Field } from './field.ts';
import { grantsOf } from './grants.ts';
import { OAUTH_FIELDS, SILENT_OF_OAUTH } from './oauth-fields.ts';
import { PROVIDER_FIELDS, SILENT_OF_PROVIDER } from './provider-fields.ts';
import { redirectsOf } from './redirects.ts';
import { textAt, type Values } from './values.ts';

/** Every field of an application, in the order in which the report goes through them. */
export const CLIENT_FIELDS: readonly Wso2Field[] = [...OAUTH_FIELDS, ...PROVIDER_FIELDS];

/** Where switches stand in the REST API that are no line of the table. */
const REST_SWITCHES: Readonly<Record<string, string>> = {
  hybridFlowEnabled: 'hybridFlow.enable',
  idTokenEncryptionEnabled: 'idToken.encryption.enabled',
};

/** In every 5.x export of an OAuth client, and without a meaning of their own. */
const ALWAYS_THERE = ['passivests', 'openid', ''];

const valuesFor = ({ provider, oauth }: Application, { of }: Pick<Wso2Field, 'of'>): Values =>
  of === 'provider' ? provider : (oauth ?? new Map());

/** The values of a field, and of what lies below it where it is a whole. */
function writtenAt(values: Values, place: string, whole: boolean | undefined): readonly string[] {
  const own = values.get(place) ?? [];
  if (!whole) return own;
  const below = [...values].filter(([path]) => path.startsWith(`${place}.`)).flatMap(([, texts]) => texts);
  return [...own, ...below];
}

/** What stands in double braces is filled in by iamctl before it is imported anywhere. */
const KEYWORD = /\{\{\s*([A-Za-z0-9_.-]+)\s*\}\}/g;

type Filled = { readonly application: Application; readonly missing: readonly Finding[] };

/** An application whose keywords are filled from the settings, with those that nothing fills. */
function filled(application: Application, settings: Readonly<Record<string, string>>): Filled {
  const missing: Finding[] = [];
  const fill = (values: Values): Values =>
    new Map(
      [...values].map(([path, texts]) => [
        path,
        texts.map((text) =>
          text.replaceAll(KEYWORD, (keyword, name: string) => {
            const value = ownMember(settings, name);
            if (value !== undefined) return value;
            const why = `The keyword ${keyword} is not filled in: say --set ${name}=… or fill it in.`;
            missing.push({ field: path, outcome: 'asked', why });
            return keyword;
          }),
        ),
      ]),
    );
  const { provider, oauth } = application;
  return {
    application: { ...application, provider: fill(provider), oauth: oauth && fill(oauth) },
    missing,
  };
}

/** The text of a field of the OAuth application by its name in exports, wherever the form has it. */
function oauthText({ oauth = new Map(), form }: Application, field: string): string | undefined {
  const row = OAUTH_FIELDS.find((each) => each.field === field);
  const place = (row && placeOf(row, form)) ?? (form === 'rest' ? ownMember(REST_SWITCHES, field) : field);
  if (place === undefined) return undefined;
  return row?.list ? (oauth.get(place) ?? []).join(' ') : textAt(oauth, place);
}

function readingOf(application: Application, client_id: string, input: SourceInput): Reading {
  const { clients, settings } = input.answers;
  const answer = ownMember(clients, client_id);
  const oauth = (field: string) => oauthText(application, field);
  const ofProvider = (field: string) => {
    const row = PROVIDER_FIELDS.find((each) => each.field === field);
    const place = row && placeOf(row, application.form);
    return place === undefined ? undefined : textAt(application.provider, place);
  };
  const ofOauth = (field: string) => {
    const row = OAUTH_FIELDS.find((each) => each.field === field);
    const place = row && placeOf(row, application.form);
    return (place !== undefined && application.oauth?.get(place)) || [];
  };
  const isPublic = oauth('bypassClientCredentials') === 'true';
  const authentication = authenticationOf(
    {
      stored: oauth('tokenEndpointAuthMethod'),
      isPublic,
      certificate: ofProvider('certificateContent'),
      jwks_uri: ofProvider('jwksUri'),
      subject_dn: oauth('tlsClientAuthSubjectDN'),
      secret: secretIn(ofOauth('oauthConsumerSecret')[0]),
      usesKey:
        oauth('idTokenEncryptionEnabled') === 'true' ||
        oauth('requestObjectSignatureValidationEnabled') === 'true' ||
        oauth('requestObjectSignatureAlgorithm') !== undefined,
    },
    answer,
    input.certificates,
  );
  const redirects = redirectsOf(ofOauth('callbackUrl'), answer);
  const becomesPublic = authentication.kind === 'known' ? authentication.method === 'none' : isPublic;
  const grants = grantsOf(ofOauth('grantTypes'), becomesPublic, redirects.uris.length > 0);
  return { application, answer, settings, authentication, redirects, grants, oauth };
}

/** What the table says of an application. @throws UnreadableSource for a field that has several values and must have one */
function judged(reading: Reading) {
  const { application } = reading;
  const findings: Finding[] = [];
  const metadata: Record<string, unknown> = {};
  for (const field of CLIENT_FIELDS) {
    const place = placeOf(field, application.form);
    const all = place === undefined ? [] : writtenAt(valuesFor(application, field), place, field.whole);
    if (all.length > 1 && !field.list && !field.whole) {
      throw new UnreadableSource(`${application.file}: has ${place} ${all.length} times`);
    }
    if (all.length === 0 && !field.always) continue;
    const verdict = field.judge({ text: all[0]?.trim(), all }, reading);
    if (!verdict) continue;
    Object.assign(metadata, verdict.metadata);
    findings.push(findingOf(field, { at: place ?? field.field, ...verdict }));
  }
  return { findings, metadata };
}

/** Whether a path is one that the table, or the list of what says nothing, goes through. */
function isKnown(path: string, application: Application, of: 'provider' | 'oauth'): boolean {
  const silent =
    application.form === 'rest'
      ? [...SILENT_OF_PROVIDER, ...SILENT_OF_OAUTH]
      : of === 'provider'
        ? SILENT_OF_PROVIDER
        : SILENT_OF_OAUTH;
  if (silent.some((known) => path === known || path.startsWith(`${known}.`))) return true;
  return CLIENT_FIELDS.some((field) => {
    if (application.form !== 'rest' && field.of !== of) return false;
    const place = placeOf(field, application.form);
    return place !== undefined && (path === place || (field.whole && path.startsWith(`${place}.`)));
  });
}

/** What the files say and this version of the table does not know. */
function unknownFields(application: Application): readonly Finding[] {
  const { provider, oauth = new Map<string, readonly string[]>(), form } = application;
  const found = [
    ...[...provider].map(([path, all]) => ({ path, all, of: 'provider' as const })),
    ...[...oauth].map(([path, all]) => ({ path, all, of: 'oauth' as const })),
  ];
  const told =
    form === 'rest' ? found.filter(({ path, of }) => of === 'provider' || !provider.has(path)) : found;
  return told
    .filter(({ path, all, of }) => asksForSomething(all) && !isKnown(path, application, of))
    .map(({ path }) => ({ field: path, outcome: 'lost', why: 'Nothing here goes by this field.' }));
}

const otherProtocols = ({ others }: Application): readonly Finding[] =>
  others
    .filter(({ type }) => !ALWAYS_THERE.includes(type))
    .map(({ type, key }) => ({
      field: `inboundAuthenticationConfig ${type}`,
      outcome: 'lost',
      why: `${quoted([key])} takes people in by ${type}, which this server does not speak.`,
    }));

/** An application whose OAuth application is not in the files. */
function withoutOauth(application: Application): MovedItem {
  const { name, absentKey, file } = application;
  const why =
    absentKey === undefined
      ? `${file} has no OAuth application.`
      : `${file} names the key ${JSON.stringify(absentKey)} alone: its OAuth application is in the database. Export it in the console, or by GET /applications/{id}/inbound-protocols/oidc.`;
  return {
    kind: 'client',
    name,
    findings: [{ field: 'inboundConfiguration', outcome: 'lost', why }, ...otherProtocols(application)],
  };
}

/**
 * What becomes of an application: a client, unless something must be answered first.
 * @throws UnreadableSource
 */
export function clientOf(written: Application, input: SourceInput): MovedItem {
  if (written.oauth === undefined) return withoutOauth(written);
  const { application, missing } = filled(written, input.answers.settings);
  const client_id = clientIdOf(application);
  if (client_id === undefined)
    throw new UnreadableSource(`${application.file}: has an OAuth application without a key`);
  const item = { kind: 'client', name: client_id } as const;
  if (missing.length > 0) return { ...item, findings: missing };
  const reading = readingOf(application, client_id, input);
  const { findings, metadata } = judged(reading);
  const all = [...findings, ...otherProtocols(application), ...unknownFields(application)];
  const { authentication, grants } = reading;
  const isOauth2 = (reading.oauth('oauthVersion') ?? 'OAuth-2.0') === 'OAuth-2.0';
  const hasGrants = grants.kept.length > 0 || grants.lost.length === 0;
  if (authentication.kind === 'unknown' || !isOauth2 || !hasGrants) return { ...item, findings: all };
  const { secret } = authentication;
  const record: MovedClient = {
    kind: 'client',
    client_id,
    enabled: (reading.oauth('state') ?? 'ACTIVE') === 'ACTIVE' && isEnabled(application),
    metadata: { client_name: application.name, ...metadata },
    ...(secret !== undefined && { secret: { form: 'text', value: secret } }),
    groups: [],
    roles: [],
  };
  return { ...item, record, findings: all };
}

function isEnabled({ provider, form }: Application): boolean {
  const row = PROVIDER_FIELDS.find(({ field }) => field === 'applicationEnabled');
  const place = row && placeOf(row, form);
  return place === undefined || textAt(provider, place) !== 'false';
}

/** How much a form says of an application: where it was given in several, the one that says most is taken. */
const RANK: Readonly<Record<Application['form'], number>> = { 'xml-5': 0, 'xml-7': 1, export: 1, rest: 2 };

const holdsSecret = ({ oauth, form }: Application): boolean =>
  secretIn(oauth?.get(form === 'rest' ? 'clientSecret' : 'oauthConsumerSecret')?.[0]) !== undefined;

const says = (application: Application): number =>
  RANK[application.form] * 2 + (holdsSecret(application) ? 1 : 0);

/** The applications, each once, with the files in which it stands as well. */
export function eachOnce(
  applications: readonly Application[],
): readonly { readonly application: Application; readonly alsoIn: readonly string[] }[] {
  const groups = Map.groupBy(applications, (each) => clientIdOf(each) ?? `${each.name} in ${each.file}`);
  return [...groups.values()].flatMap((same) => {
    const [application, ...others] = same.toSorted(
      (one, other) => says(other) - says(one) || (one.file < other.file ? -1 : 1),
    );
    return application ? [{ application, alsoIn: others.map(({ file }) => file) }] : [];
  });
}
