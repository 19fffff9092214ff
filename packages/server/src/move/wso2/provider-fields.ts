import { URI_RULES, type UriField, uriProblem } from '../../client/client-uri.ts';
import { quoted } from '../finding.ts';
import { said, type Verdict, type Written, type Wso2Field, whenAsked, whenTrue } from './field.ts';
import { standardClaimOf } from './local-claims.ts';
import { subjectSetting } from './subject.ts';

/** A URI that is taken where this server takes it, under the member of that name. */
export const asUri =
  (field: UriField) =>
  ({ text = '' }: Written): Verdict => {
    const problem = uriProblem(text, URI_RULES[field]);
    return problem === undefined
      ? { metadata: { [field]: text } }
      : { outcome: 'lost', why: `${JSON.stringify(text)} ${problem}.` };
  };

const LOCAL = 'localAndOutBoundAuthenticationConfig';
const XML_LOCAL = 'LocalAndOutBoundAuthenticationConfig';

/** What clients have of people as `sub`, where the user name stands with something around it. */
const subjectWith =
  (part: 'domain' | 'tenant') =>
  ({ text }: Written, { settings }: Parameters<Wso2Field['judge']>[1]): Verdict | undefined => {
    if (text !== 'true') return undefined;
    const subject = subjectSetting(settings);
    return subject?.includes(part)
      ? { outcome: 'same', ours: 'sub', why: `People have it so: --set subject=${subject}.` }
      : {};
  };

const ID_CLAIMS = ['http://wso2.org/claims/userid', 'http://wso2.org/claims/username'];

/** What the claims that were asked for are here. */
function claims({ all }: Written): Verdict {
  const own = all.filter((uri) => standardClaimOf(uri) === undefined);
  const standard = [...new Set(all.flatMap((uri) => standardClaimOf(uri) ?? []))];
  const lost = own.length === 0 ? '' : ` No standard claim, and lost: ${quoted(own)}.`;
  return {
    outcome: own.length > 0 && standard.length === 0 ? 'lost' : 'changed',
    why: `${standard.length > 0 ? `${standard.join(', ')}: given with the scopes of OIDC Core §5.4, in the ID token too.` : ''}${lost}`.trim(),
    metadata: standard.length > 0 ? { scope_claims_in_id_token: true } : {},
  };
}

/** The fields of a service provider, which say what is not of OAuth alone. */
export const PROVIDER_FIELDS: readonly Wso2Field[] = [
  {
    of: 'provider',
    field: 'applicationName',
    xml: 'ApplicationName',
    rest: 'name',
    ours: 'client_name',
    outcome: 'same',
    why: 'The name that people and administrators see.',
    judge: ({ text }) => ({ metadata: { client_name: text } }),
  },
  {
    of: 'provider',
    field: 'description',
    xml: 'Description',
    rest: 'description',
    ours: 'attributes.description',
    outcome: 'changed',
    why: 'Kept as a note of the operator’s.',
    judge: ({ text }) => ({ metadata: { attributes: { description: text?.slice(0, 1000) } } }),
  },
  {
    of: 'provider',
    field: 'imageUrl',
    xml: 'ImageUrl',
    rest: 'imageUrl',
    ours: 'logo_uri',
    outcome: 'same',
    why: 'The picture of the application.',
    judge: asUri('logo_uri'),
  },
  {
    of: 'provider',
    field: 'accessUrl',
    xml: 'AccessUrl',
    rest: 'accessUrl',
    ours: 'client_uri',
    outcome: 'same',
    why: 'Where the application is found.',
    judge: asUri('client_uri'),
  },
  {
    of: 'provider',
    field: 'certificateContent',
    xml: 'Certificate',
    rest: 'advancedConfigurations.certificate.PEM',
    ours: 'certificates',
    outcome: 'same',
    why: 'The certificate that the client is known by; as jwks with x5c where its key is used for more.',
    judge: (_, { authentication }) => {
      if (authentication.kind === 'unknown')
        return authentication.ours === 'certificates' ? { outcome: 'asked', why: authentication.why } : {};
      if ('jwks' in authentication.metadata) return { ours: 'jwks' };
      if ('certificates' in authentication.metadata) return {};
      return { outcome: 'lost', why: `Not used by ${authentication.method}.` };
    },
  },
  {
    of: 'provider',
    field: 'jwksUri',
    xml: 'JwksUri',
    rest: 'advancedConfigurations.certificate.JWKS',
    ours: 'jwks_uri',
    outcome: 'same',
    why: 'Where the client publishes its keys and certificates. A key with x5t means the certificate of that thumbprint alone, WSO2’s writing of it included.',
    judge: ({ text = '' }) => {
      const problem = uriProblem(text, URI_RULES.jwks_uri);
      return problem === undefined ? {} : { outcome: 'asked', why: `${JSON.stringify(text)} ${problem}.` };
    },
  },
  {
    of: 'provider',
    field: 'applicationEnabled',
    xml: 'IsApplicationEnabled',
    rest: 'applicationEnabled',
    ours: 'enabled',
    outcome: 'same',
    why: 'A disabled client is refused everywhere.',
    judge: ({ text }) => (text === 'false' ? {} : undefined),
  },
  {
    of: 'provider',
    field: 'saasApp',
    xml: 'IsSaaSApp',
    rest: 'advancedConfigurations.saas',
    outcome: 'lost',
    why: 'There are no tenants: people of others cannot sign in.',
    judge: whenTrue(),
  },
  {
    of: 'provider',
    field: 'discoverable',
    xml: 'IsDiscoverable',
    rest: 'advancedConfigurations.discoverableByEndUsers',
    outcome: 'lost',
    why: 'There is no catalogue of applications.',
    judge: whenTrue(),
  },
  {
    of: 'provider',
    field: 'managementApp',
    xml: 'IsManagementApp',
    rest: 'isManagementApp',
    outcome: 'lost',
    why: 'WSO2’s own APIs are not here; the admin API has scopes of its own.',
    judge: whenTrue(),
  },
  {
    of: 'provider',
    field: 'b2BSelfServiceApp',
    xml: 'IsB2BSelfServiceApp',
    rest: 'isB2BSelfServiceApp',
    outcome: 'lost',
    why: 'There are no organizations.',
    judge: whenTrue(),
  },
  {
    of: 'provider',
    field: 'APIBasedAuthenticationEnabled',
    xml: 'IsAPIBasedAuthenticationEnabled',
    rest: 'advancedConfigurations.enableAPIBasedAuthentication',
    outcome: 'lost',
    why: 'People sign in on this server’s own pages.',
    judge: whenTrue(),
  },
  {
    of: 'provider',
    field: 'apibasedAuthenticationEnabled',
    outcome: 'lost',
    why: 'The same in the spelling of JSON.',
    judge: whenTrue(),
  },
  {
    of: 'provider',
    field: `${LOCAL}.skipConsent`,
    xml: `${XML_LOCAL}.SkipConsent`,
    rest: 'advancedConfigurations.skipLoginConsent',
    ours: 'skip_consent',
    outcome: 'same',
    why: 'People are not asked for their consent.',
    judge: whenTrue({ skip_consent: true }),
  },
  {
    of: 'provider',
    field: `${LOCAL}.skipLogoutConsent`,
    xml: `${XML_LOCAL}.skipLogoutConsent`,
    rest: 'advancedConfigurations.skipLogoutConsent',
    outcome: 'lost',
    why: 'Whether somebody is asked at sign-out follows from the request (OIDC RP-Initiated Logout §6).',
    judge: whenTrue(),
  },
  {
    of: 'provider',
    field: `${LOCAL}.authenticationType`,
    xml: `${XML_LOCAL}.AuthenticationType`,
    rest: 'authenticationSequence.type',
    outcome: 'lost',
    why: 'People sign in as this server has it, with the factors it has.',
    judge: whenAsked,
  },
  {
    of: 'provider',
    field: `${LOCAL}.authenticationSteps`,
    xml: `${XML_LOCAL}.AuthenticationSteps`,
    rest: 'authenticationSequence.steps',
    whole: true,
    outcome: 'lost',
    why: 'People sign in as this server has it, with the factors it has.',
    judge: ({ all }) => {
      const own = all.filter((text) => !['1', 'LOCAL', 'BasicAuthenticator', 'false'].includes(text));
      return own.length > 0
        ? { why: `People sign in as this server has it; there: ${quoted(own.slice(0, 6))}.` }
        : undefined;
    },
  },
  {
    of: 'provider',
    field: `${LOCAL}.authenticationScriptConfig`,
    xml: `${XML_LOCAL}.AuthenticationScript`,
    rest: 'authenticationSequence.script',
    whole: true,
    outcome: 'lost',
    why: 'Scripts of a sign-in are not run.',
    judge: whenAsked,
  },
  {
    of: 'provider',
    field: `${LOCAL}.useTenantDomainInLocalSubjectIdentifier`,
    xml: `${XML_LOCAL}.UseTenantDomainInUsername`,
    rest: 'claimConfiguration.subject.includeTenantDomain',
    outcome: 'changed',
    why: 'Its sub has the tenant in it. People have one sub for all clients here: as --set subject says.',
    judge: subjectWith('tenant'),
  },
  {
    of: 'provider',
    field: `${LOCAL}.useUserstoreDomainInLocalSubjectIdentifier`,
    xml: `${XML_LOCAL}.UseUserstoreDomainInUsername`,
    rest: 'claimConfiguration.subject.includeUserDomain',
    outcome: 'changed',
    why: 'Its sub has the user store in it. People have one sub for all clients here: as --set subject says.',
    judge: subjectWith('domain'),
  },
  {
    of: 'provider',
    field: `${LOCAL}.subjectClaimUri`,
    xml: `${XML_LOCAL}.subjectClaimUri`,
    rest: 'claimConfiguration.subject.claim.uri',
    outcome: 'lost',
    why: 'Its sub is another claim of the person. People have one sub for all clients here.',
    judge: ({ text = '' }) =>
      ID_CLAIMS.includes(text)
        ? undefined
        : { why: `Its sub is ${quoted([text])} of the person; people have one sub for all clients here.` },
  },
  {
    of: 'provider',
    field: 'advancedConfigurations.additionalSpProperties.name',
    rest: 'advancedConfigurations.additionalSpProperties.name',
    list: true,
    outcome: 'changed',
    why: 'useUserIdForDefaultSubject: its sub is the user id. People have one sub for all clients here: as --set subject says.',
    judge: ({ all }, { settings }) => {
      const others = all.filter((name) => name !== 'useUserIdForDefaultSubject');
      if (others.length > 0) return { outcome: 'lost', why: `Nothing here goes by ${quoted(others)}.` };
      return subjectSetting(settings) === 'user_id'
        ? { outcome: 'same', ours: 'sub', why: 'useUserIdForDefaultSubject: people have it so.' }
        : {};
    },
  },
  {
    of: 'provider',
    field: `${LOCAL}.enableAuthorization`,
    xml: `${XML_LOCAL}.EnableAuthorization`,
    rest: 'advancedConfigurations.enableAuthorization',
    outcome: 'lost',
    why: 'A policy (XACML) said who may sign in there. Here everybody may: see to that before people come.',
    judge: whenTrue(),
  },
  {
    of: 'provider',
    field: `${LOCAL}.alwaysSendBackAuthenticatedListOfIdPs`,
    xml: `${XML_LOCAL}.alwaysSendBackAuthenticatedListOfIdPs`,
    rest: 'advancedConfigurations.returnAuthenticatedIdpList',
    outcome: 'lost',
    why: 'There are no other identity providers to list.',
    judge: whenTrue(),
  },
  {
    of: 'provider',
    field: `${LOCAL}.useExternalConsentPage`,
    xml: `${XML_LOCAL}.UseExternalizedConsentPage`,
    outcome: 'lost',
    why: 'Consent is asked for on this server’s own page.',
    judge: whenTrue(),
  },
  {
    of: 'provider',
    field: 'claimConfig.claimMappings.localClaim.claimUri',
    xml: 'ClaimConfig.ClaimMappings.ClaimMapping.LocalClaim.ClaimUri',
    rest: 'claimConfiguration.requestedClaims.claim.uri',
    list: true,
    ours: 'scope_claims_in_id_token',
    outcome: 'changed',
    why: 'Claims of OIDC Core §5.1 are given with their scopes, in the ID token too; others need an attribute and a claim rule (claims.md).',
    judge: claims,
  },
  {
    of: 'provider',
    field: 'claimConfig.roleClaimURI',
    xml: 'ClaimConfig.RoleClaimURI',
    outcome: 'lost',
    why: 'Roles are given by claim rules (groups.md).',
    judge: whenAsked,
  },
  {
    of: 'provider',
    field: 'claimConfig.userClaimURI',
    xml: 'ClaimConfig.UserClaimURI',
    outcome: 'lost',
    why: 'People have one sub for all clients.',
    judge: whenAsked,
  },
  {
    of: 'provider',
    field: 'claimConfig.alwaysSendMappedLocalSubjectId',
    xml: 'ClaimConfig.AlwaysSendMappedLocalSubjectId',
    rest: 'claimConfiguration.subject.useMappedLocalSubject',
    outcome: 'lost',
    why: 'There are no identities of other servers to map.',
    judge: whenTrue(),
  },
  {
    of: 'provider',
    field: 'requestPathAuthenticatorConfigs',
    xml: 'RequestPathAuthenticatorConfigs',
    whole: true,
    outcome: 'lost',
    why: 'Nobody signs in by what stands in an authorization request.',
    judge: whenAsked,
  },
  {
    of: 'provider',
    field: 'inboundProvisioningConfig',
    xml: 'InboundProvisioningConfig',
    rest: 'provisioningConfigurations.inboundProvisioning',
    whole: true,
    outcome: 'lost',
    why: 'People are not provisioned by applications.',
    judge: whenAsked,
  },
  {
    of: 'provider',
    field: 'outboundProvisioningConfig',
    xml: 'OutboundProvisioningConfig',
    rest: 'provisioningConfigurations.outboundProvisioningIdps',
    whole: true,
    outcome: 'lost',
    why: 'People are not provisioned elsewhere.',
    judge: whenAsked,
  },
  {
    of: 'provider',
    field: 'permissionAndRoleConfig',
    xml: 'PermissionAndRoleConfig',
    whole: true,
    outcome: 'lost',
    why: 'Permissions and roles of applications are made anew (groups.md).',
    judge: whenAsked,
  },
  {
    of: 'provider',
    field: 'associatedRolesConfig.roles',
    xml: 'AssociatedRolesConfig.AssociatedRoles',
    rest: 'associatedRoles.roles',
    whole: true,
    outcome: 'lost',
    why: 'Roles are made anew (groups.md): who has them is in no export.',
    judge: said,
  },
];

/** What says nothing of how a client works, or says again what another field does. */
export const SILENT_OF_PROVIDER: readonly string[] = [
  'applicationVersion',
  'ApplicationVersion',
  'ApplicationID',
  'templateId',
  'templateVersion',
  'id',
  'access',
  'clientId',
  'isManagementApp',
  'associatedRolesConfig.allowedAudience',
  'AssociatedRolesConfig.AllowedAudience',
  'associatedRoles.allowedAudience',
  `${LOCAL}.useUserstoreDomainInRoles`,
  `${XML_LOCAL}.UseUserstoreDomainInRoles`,
  'claimConfig.localClaimDialect',
  'ClaimConfig.LocalClaimDialect',
  'claimConfig.claimMappings',
  'ClaimConfig.ClaimMappings',
  'claimConfig.spClaimDialects',
  'ClaimConfig.SPClaimDialects',
  'claimConfig.mappedLocalSubjectMandatory',
  'ClaimConfig.MappedLocalSubjectMandatory',
  'claimConfiguration',
  'authenticationSequence.subjectStepId',
  'authenticationSequence.attributeStepId',
  'advancedConfigurations.certificate',
  'advancedConfigurations.fragment',
  'advancedConfigurations.additionalSpProperties',
];
