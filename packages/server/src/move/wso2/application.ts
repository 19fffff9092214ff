import type { XmlElement } from '@rgrove/parse-xml';
import { z } from 'zod';
import { readAs } from '../json.ts';
import { UnreadableSource } from '../source.ts';
import { textAt, together, type Values, valuesOf } from './values.ts';
import { elementsAt, readXml, treeOf } from './xml-document.ts';

/**
 * How an application was written: XML with the OAuth application as text in it (5.9 to 6.1), an export of 7 as XML, one as
 * YAML or JSON, or the two documents of the REST API.
 */
export type Form = 'xml-5' | 'xml-7' | 'export' | 'rest';

/** Another protocol than OAuth by which the application takes people in. */
export type OtherProtocol = { readonly type: string; readonly key: string };

/** An application as its files have it. */
export type Application = {
  /** The file, or both of them. */
  readonly file: string;
  readonly form: Form;
  readonly name: string;
  /** Of the service provider; in REST documents all there is. */
  readonly provider: Values;
  /** Of the OAuth application; absent where the files hold none. */
  readonly oauth: Values | undefined;
  /** The key of an OAuth application that the files do not hold. */
  readonly absentKey: string | undefined;
  readonly others: readonly OtherProtocol[];
};

const text = (element: XmlElement, name: string): string | undefined =>
  elementsAt(element, name)[0]?.text.trim() || undefined;

/** The OAuth application of an inbound configuration, in either of the two places. */
function oauthInXml(config: XmlElement, file: string): { form: Form; oauth: Values } | undefined {
  const [element] = elementsAt(config, 'InboundConfigurationProtocol');
  if (element) return { form: 'xml-7', oauth: valuesOf(treeOf(element)) };
  const document = text(config, 'inboundConfiguration');
  if (document === undefined) return undefined;
  const inner = readXml(document, `${file}, inboundConfiguration`);
  if (inner.name !== 'oAuthAppDO') {
    throw new UnreadableSource(`${file}: inboundConfiguration holds <${inner.name}>, expected <oAuthAppDO>`);
  }
  return { form: 'xml-5', oauth: valuesOf(treeOf(inner)) };
}

/**
 * The application of a service provider as XML.
 * @throws UnreadableSource
 */
export function applicationOfXml(root: XmlElement, file: string): Application {
  const configs = elementsAt(
    root,
    'InboundAuthenticationConfig',
    'InboundAuthenticationRequestConfigs',
    'InboundAuthenticationRequestConfig',
  ).map((config) => ({
    config,
    type: text(config, 'InboundAuthType') ?? '',
    key: text(config, 'InboundAuthKey') ?? '',
  }));
  const ofOauth = configs.filter(({ type }) => type === 'oauth2');
  if (ofOauth.length > 1) throw new UnreadableSource(`${file}: has ${ofOauth.length} OAuth applications`);
  const [own] = ofOauth;
  const found = own && oauthInXml(own.config, file);
  return {
    file,
    form: found?.form ?? 'xml-5',
    name: text(root, 'ApplicationName') ?? file,
    provider: valuesOf(treeOf(root, ['InboundAuthenticationConfig'])),
    oauth: found?.oauth,
    absentKey: found ? undefined : own?.key,
    others: configs.filter(({ type }) => type !== 'oauth2').map(({ type, key }) => ({ type, key })),
  };
}

const Text = z.union([z.string(), z.number().transform(String)]).nullish();

const InboundConfig = z.looseObject({
  inboundAuthType: Text,
  inboundAuthKey: Text,
  inboundConfigurationProtocol: z.looseObject({}).nullish(),
  /** Where 7 still writes an application as the text of before. */
  inboundConfiguration: Text,
});

const Exported = z.looseObject({
  applicationName: Text,
  inboundAuthenticationConfig: z
    .looseObject({ inboundAuthenticationRequestConfigs: z.array(InboundConfig).nullish() })
    .nullish(),
});

/** Whether a value of JSON or YAML is an exported service provider. */
export const isExported = (tree: unknown): boolean => {
  const parsed = z.looseObject({ applicationName: z.unknown() }).safeParse(tree);
  return parsed.success && Object.hasOwn(parsed.data, 'inboundAuthenticationConfig');
};

/** What Jackson adds to say which class a value is of, and the row of the database. */
const OF_THE_FORM = ['type', 'id'];

const withoutMembers = (tree: Readonly<Record<string, unknown>>, leftOut: readonly string[]) =>
  Object.fromEntries(Object.entries(tree).filter(([name]) => !leftOut.includes(name)));

/**
 * The application of a service provider as YAML or JSON.
 * @throws UnreadableSource
 */
export function applicationOfExport(tree: unknown, file: string): Application {
  const exported = readAs(Exported, tree, file, '');
  const { inboundAuthenticationConfig, applicationName } = exported;
  const configs = inboundAuthenticationConfig?.inboundAuthenticationRequestConfigs ?? [];
  const ofOauth = configs.filter(({ inboundAuthType }) => inboundAuthType === 'oauth2');
  if (ofOauth.length > 1) throw new UnreadableSource(`${file}: has ${ofOauth.length} OAuth applications`);
  const [own] = ofOauth;
  const protocol = own?.inboundConfigurationProtocol;
  const document = own?.inboundConfiguration?.trim() || undefined;
  const oauth = protocol
    ? valuesOf(withoutMembers(protocol, OF_THE_FORM))
    : document === undefined
      ? undefined
      : valuesOf(treeOf(readXml(document, `${file}, inboundConfiguration`)));
  return {
    file,
    form: 'export',
    name: applicationName ?? file,
    provider: valuesOf(withoutMembers(exported, ['inboundAuthenticationConfig'])),
    oauth,
    absentKey: oauth ? undefined : (own?.inboundAuthKey ?? undefined),
    others: configs
      .filter(({ inboundAuthType }) => inboundAuthType !== 'oauth2')
      .map(({ inboundAuthType, inboundAuthKey }) => ({
        type: inboundAuthType ?? '',
        key: inboundAuthKey ?? '',
      })),
  };
}

/** `GET /applications/{id}`. */
const RestApplication = z.looseObject({
  name: z.string(),
  advancedConfigurations: z.looseObject({}).optional(),
  inboundProtocols: z.array(z.looseObject({ type: z.string() })).optional(),
  clientId: z.string().optional(),
});

/** `GET /applications/{id}/inbound-protocols/oidc`. */
const RestProtocol = z.looseObject({ clientId: z.string(), grantTypes: z.array(z.string()) });

/** One of the two documents that the REST API gives of an application. */
export type RestDocument = { readonly file: string } & (
  | {
      readonly kind: 'application';
      readonly name: string;
      readonly clientId: string | undefined;
      readonly others: readonly OtherProtocol[];
      readonly values: Values;
    }
  | { readonly kind: 'oidc'; readonly clientId: string; readonly values: Values }
);

const CERTIFICATE = 'advancedConfigurations.certificate';

/** One place holds a certificate or the address of a JWK set, and another says which: each gets a name of its own. */
function withNamedCertificate(values: Values): Values {
  const [type] = values.get(`${CERTIFICATE}.type`) ?? [];
  const value = values.get(`${CERTIFICATE}.value`);
  return value === undefined || type === undefined
    ? values
    : new Map([...values, [`${CERTIFICATE}.${type}`, value] as const]);
}

/** What a JSON value is of the REST API; undefined for anything else. */
export function restDocumentOf(tree: unknown, file: string): RestDocument | undefined {
  const protocol = RestProtocol.safeParse(tree);
  if (protocol.success) {
    return { kind: 'oidc', file, clientId: protocol.data.clientId, values: valuesOf(tree) };
  }
  const application = RestApplication.safeParse(tree);
  if (!application.success) return undefined;
  const { name, clientId, inboundProtocols = [], advancedConfigurations } = application.data;
  if (advancedConfigurations === undefined && inboundProtocols.length === 0) return undefined;
  return {
    kind: 'application',
    file,
    name,
    clientId,
    others: inboundProtocols.filter(({ type }) => type !== 'oauth2').map(({ type }) => ({ type, key: name })),
    values: withNamedCertificate(valuesOf(withoutMembers(application.data, ['inboundProtocols']))),
  };
}

/** `NAME` of `NAME.json` and of `NAME-oidc.json`. */
const stemOf = (file: string): string => file.replace(/\.json$/i, '').replace(/-oidc$/i, '');

/** The applications of the documents of the REST API, each of its two: by its client_id, or by the names of the files. */
export function applicationsOfRest(documents: readonly RestDocument[]): readonly Application[] {
  const protocols = documents.filter((each) => each.kind === 'oidc');
  const byId = new Map(protocols.map((each) => [each.clientId, each]));
  const byStem = new Map(protocols.map((each) => [stemOf(each.file), each]));
  const taken = new Set<RestDocument>();
  const whole = documents.flatMap((each): Application[] => {
    if (each.kind !== 'application') return [];
    const own = (each.clientId && byId.get(each.clientId)) || byStem.get(stemOf(each.file));
    if (own) taken.add(own);
    return [
      {
        file: own ? `${each.file} and ${own.file}` : each.file,
        form: 'rest',
        name: each.name,
        provider: each.values,
        oauth: own && together(each.values, own.values),
        absentKey: own ? undefined : each.clientId,
        others: each.others,
      },
    ];
  });
  const alone = protocols
    .filter((each) => !taken.has(each))
    .map(
      ({ file, clientId, values }): Application => ({
        file,
        form: 'rest',
        name: clientId,
        provider: new Map(),
        oauth: values,
        absentKey: undefined,
        others: [],
      }),
    );
  return [...whole, ...alone];
}

/** The client_id of an application's OAuth application; undefined where the files hold none. */
export const clientIdOf = ({ oauth, form }: Application): string | undefined =>
  oauth && textAt(oauth, form === 'rest' ? 'clientId' : 'oauthConsumerKey');
