import { z } from 'zod';

/**
 * What Keycloak writes, as far as it is read: its representations, in which any member may be absent or `null`. Members
 * that are not named here are kept where the report looks at each, and left out elsewhere.
 */

const maybe = <Schema extends z.ZodType>(schema: Schema) =>
  schema
    .nullish()
    .transform(
      (value: z.output<Schema> | null | undefined): z.output<Schema> | undefined => value ?? undefined,
    );

const text = maybe(z.string());
const flag = maybe(z.boolean());
const texts = z
  .array(z.string())
  .nullish()
  .transform((values) => values ?? []);
const byName = <Schema extends z.ZodType>(schema: Schema) =>
  z
    .record(z.string(), schema.nullish())
    .nullish()
    .transform((members): ReadonlyMap<string, z.output<Schema>> => {
      const found = new Map<string, z.output<Schema>>();
      for (const [name, value] of Object.entries(members ?? {})) {
        if (value !== null && value !== undefined) found.set(name, value);
      }
      return found;
    });

/** Values that are texts, but for the numbers and truths that people write into files by hand. */
const setting = z.union([z.string(), z.number(), z.boolean()]).transform(String);

export const ProtocolMapper = z.object({
  name: z.string(),
  protocol: text,
  protocolMapper: z.string(),
  config: byName(setting),
});
export type ProtocolMapper = z.infer<typeof ProtocolMapper>;

const mappers = z
  .array(ProtocolMapper)
  .nullish()
  .transform((values) => values ?? []);

export const ClientScope = z.object({
  name: z.string(),
  protocol: text,
  attributes: byName(setting),
  protocolMappers: mappers,
});
export type ClientScope = z.infer<typeof ClientScope>;

/** `members` has everything that stands there, for the report. */
export const KeycloakClient = z
  .looseObject({
    clientId: z.string().min(1),
    name: text,
    description: text,
    rootUrl: text,
    baseUrl: text,
    enabled: flag,
    clientAuthenticatorType: text,
    secret: text,
    redirectUris: texts,
    webOrigins: texts,
    bearerOnly: flag,
    consentRequired: flag,
    standardFlowEnabled: flag,
    implicitFlowEnabled: flag,
    directAccessGrantsEnabled: flag,
    serviceAccountsEnabled: flag,
    publicClient: flag,
    protocol: text,
    attributes: byName(setting),
    protocolMappers: mappers,
    defaultClientScopes: maybe(z.array(z.string())),
    optionalClientScopes: maybe(z.array(z.string())),
  })
  .transform((client) => ({ ...client, members: Object.entries(client) }));
export type KeycloakClient = z.infer<typeof KeycloakClient>;

export const KeycloakRole = z.object({
  name: z.string().min(1),
  description: text,
  composites: maybe(z.object({ realm: texts, client: byName(z.array(z.string())) })),
  attributes: byName(z.unknown()),
});
export type KeycloakRole = z.infer<typeof KeycloakRole>;

/** `subGroups` are read level by level, so that no depth of a file is a depth of calls. */
export const KeycloakGroup = z.object({
  name: z.string().min(1),
  path: text,
  description: text,
  attributes: byName(z.unknown()),
  realmRoles: texts,
  clientRoles: byName(z.array(z.string())),
  subGroups: z
    .array(z.unknown())
    .nullish()
    .transform((groups) => groups ?? []),
});
export type KeycloakGroup = z.infer<typeof KeycloakGroup>;

export const Credential = z.object({
  type: text,
  userLabel: text,
  createdDate: maybe(z.number()),
  /** JSON as text; what is secret of it, and what is not. */
  secretData: text,
  credentialData: text,
  /** A password itself, as people write it into files by hand. */
  value: text,
  temporary: flag,
  /** As it was before Keycloak 8. */
  hashedSaltedValue: text,
  salt: text,
  hashIterations: maybe(z.number()),
  algorithm: text,
  device: text,
  digits: maybe(z.number()),
  period: maybe(z.number()),
});
export type Credential = z.infer<typeof Credential>;

export const KeycloakUser = z.object({
  id: text,
  username: z.string().min(1),
  firstName: text,
  lastName: text,
  email: text,
  emailVerified: flag,
  enabled: flag,
  createdTimestamp: maybe(z.number()),
  attributes: byName(z.union([z.array(z.string().nullable()), z.string().transform((value) => [value])])),
  /** Absent where the Admin API answered. */
  credentials: maybe(z.array(Credential)),
  requiredActions: texts,
  realmRoles: texts,
  clientRoles: byName(z.array(z.string())),
  groups: texts,
  serviceAccountClientId: text,
  federationLink: text,
  federatedIdentities: z
    .array(z.object({ identityProvider: z.string() }))
    .nullish()
    .transform((values) => values ?? []),
  clientConsents: z
    .array(z.unknown())
    .nullish()
    .transform((values) => values ?? []),
});
export type KeycloakUser = z.infer<typeof KeycloakUser>;

const Condition = z.object({
  condition: z.string(),
  configuration: z
    .record(z.string(), z.unknown())
    .nullish()
    .transform((configuration) => configuration ?? {}),
});

export const ClientPolicy = z.object({
  name: z.string(),
  enabled: flag,
  conditions: z
    .array(Condition)
    .nullish()
    .transform((conditions) => conditions ?? []),
  profiles: texts,
});
export type ClientPolicy = z.infer<typeof ClientPolicy>;

/** A realm without its clients, people, groups and scopes, each of which is read by itself. */
export const RealmMembers = z.looseObject({
  realm: z.string().min(1),
  defaultSignatureAlgorithm: text,
  accessTokenLifespan: maybe(z.number()),
  oauth2DeviceCodeLifespan: maybe(z.number()),
  attributes: byName(setting),
  defaultRole: maybe(z.object({ name: z.string() })),
  roles: maybe(z.object({ realm: maybe(z.array(z.unknown())), client: byName(z.array(z.unknown())) })),
  groups: maybe(z.array(z.unknown())),
  clients: maybe(z.array(z.unknown())),
  clientScopes: maybe(z.array(z.unknown())),
  users: maybe(z.array(z.unknown())),
  clientPolicies: maybe(z.object({ policies: maybe(z.array(z.unknown())) })),
});
