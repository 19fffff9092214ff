import { z } from 'zod';
import { cell, table } from '../../../docs/site/markdown.ts';
import {
  ADMINISTRATOR_AREAS,
  ADMINISTRATOR_PERMISSIONS,
  type AdministratorPermission,
  isAdministratorArea,
} from '../../server/src/user/administrator-permissions.ts';
import { AdministratorPower } from '../../server/src/user/administrator-power.ts';
import {
  ADMINISTRATOR_ROLES,
  type AdministratorRole,
  LIMITABLE_ROLES,
  ROLES_OF_ADMINISTRATORS,
} from '../../server/src/user/administrator-roles.ts';
import {
  ADMINISTRATOR_SCOPES,
  isCoarseScope,
  permissionsOfScope,
  scopeOf,
} from '../../server/src/user/administrator-scopes.ts';

const Operation = z.object({
  tags: z.array(z.string()).min(1),
  security: z.array(z.record(z.string(), z.array(z.string()))),
});
const Description = z.object({ paths: z.record(z.string(), z.record(z.string(), Operation)) });

const code = (name: string): string => `\`${name}\``;
const list = (names: readonly string[]): string => names.map(code).join(', ');

const INTRODUCTION = `# Administrators

An administrator is a person with an administrator role. A role gives permissions, each of them one access to one area, and
every operation of [the admin API](admin-api.md) needs one. The console offers what they allow; the command line on the
server's own machine asks for no role, since whoever can use it owns the files.

\`\`\`sh
npx countersign user add dora --roles clients_reader,audit_reader
npx countersign user update dora --roles people_writer
\`\`\`

A person may have several roles; they add up. A role that is taken away counts no more from the next request on, also for
tokens there are. The roles that were there first, \`owner\`, \`client_manager\` and \`auditor\`, are names for many permissions.

This page is written from the definitions the server uses. A test tries every role against every operation and holds the
answers against the last table.
`;

const LIMITED = `## Roles for the clients of a group

${list(LIMITABLE_ROLES)} may be limited to the clients in [a group](groups.md), those in groups that it contains included:

\`\`\`sh
npx countersign group add partners
npx countersign user update dora --limited-role clients_writer@partners
\`\`\`

Such an administrator works as if there were no other clients:

- Lists, searches, totals, certificates, grants and events have these clients alone; what is of another client is answered
  like what is not there. Findings and warnings do not name others, and the number of events is not told.
- What it registers stands in its group; where it has several it names one, \`POST /clients?group=partners\`. It does not choose
  the \`client_id\`, because whether one is taken would tell of other clients.
- It changes many at once, each judged for itself.
- It gives no client what reaches further than the client: a scope of the admin API, \`skip_consent\`, \`token_exchange\`,
  \`allowed_resources\` and what else the operator alone decides for more than one client. It registers neither the certificate of
  an authority nor that of an administrator, which would take them out of use.
- Registration tokens are not its matter: what is registered with them stands in no group.
- The limit goes by the group, whatever it is called; where the group is removed the role gives nothing.

A limited role takes nothing from the other roles of an account: who also reads people or trust sees the names of clients that
stand there.

## Who gives roles

- Only who has \`administrators:write\` gives or takes administrator roles: an \`owner\`. Nobody gives more than they have.
- The account of an administrator, its password, its factors, its sessions and what was issued to it are changed by owners alone:
  whoever sets the password of an account has its roles. A \`people_writer\` changes the accounts of everybody else.
- Who may be any client is more than an administrator of clients: \`trust_writer\` can name an authority, and an authority can
  issue a certificate for every client of \`tls_client_auth\` that rests on it.
- A refusal is an event, \`admin.refused\` because of \`role_insufficient\`: \`expected\` is what was missing, \`presented\` what was there.

## Records

The three first roles are stored where they always were; the others stand beside them. An earlier version of the server passes
over what it does not know: during an upgrade it gives less, and never more. Roles of a later version are kept and give nothing.
`;

/** The lists of permissions that each suffice for an operation. */
function needed({ security }: z.infer<typeof Operation>): readonly (readonly AdministratorPermission[])[] {
  const permissions = new Map<string, AdministratorPermission>(
    ADMINISTRATOR_PERMISSIONS.map((permission) => [scopeOf(permission), permission]),
  );
  return security.flatMap(({ bearer = [] }) => {
    const way = bearer.flatMap((scope) => permissions.get(scope) ?? []);
    return way.length > 0 && way.length === bearer.length ? [way] : [];
  });
}

/** The roles that have all permissions of one of these lists. */
const rolesWith = (ways: readonly (readonly AdministratorPermission[])[]): readonly AdministratorRole[] =>
  ADMINISTRATOR_ROLES.filter((role) => {
    const power = AdministratorPower.ofRoles({ roles: [role] });
    return ways.some((way) => way.every((permission) => power.has(permission)));
  });

/** Areas and access of lists of permissions that differ in the area alone. */
function areaAndAccess(ways: readonly (readonly AdministratorPermission[])[]): readonly [string, string] {
  const areaOf = (permission: AdministratorPermission) => permission.split(':')[0] ?? '';
  const areas = ways.map((way) => way.map((permission) => code(areaOf(permission))).join(' and '));
  const access = ways.flat().map((permission) => permission.split(':')[1] ?? '');
  return [areas.join(', '), [...new Set(access)].join(', ')];
}

function areasTable(): string {
  const rows = Object.entries(ADMINISTRATOR_AREAS).map(([area, what]) => {
    const permissions = ADMINISTRATOR_PERMISSIONS.filter((permission) => permission.startsWith(`${area}:`));
    return [code(area), list(permissions), cell(what)];
  });
  return table(['area', 'permissions', 'what belongs to it'], rows);
}

function rolesTable(): string {
  const rows = ADMINISTRATOR_ROLES.map((role) => {
    const { what, permissions } = ROLES_OF_ADMINISTRATORS[role];
    const isAll = permissions.length === ADMINISTRATOR_PERMISSIONS.length;
    return [code(role), cell(what), isAll ? 'all' : list(permissions)];
  });
  return table(['role', 'whoever has it', 'permissions'], rows);
}

function scopesTable(): string {
  const rows = ADMINISTRATOR_SCOPES.map((scope) => [
    code(scope),
    list(permissionsOfScope(scope)),
    isCoarseScope(scope) ? 'for many, or by an earlier name' : '',
  ]);
  return table(['scope', 'permissions', ''], rows);
}

/**
 * The reference of administrators, Markdown: areas, roles, scopes, and which role may do which operation.
 * @param description the OpenAPI document as JSON
 * @throws ZodError when it is not one of the shape that the server makes
 */
export function administratorsPage(description: string): string {
  const { paths } = Description.parse(JSON.parse(description));
  const rows = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => {
      const ways = needed(operation);
      const [area, access] = areaAndAccess(ways);
      return [code(`${method.toUpperCase()} ${path}`), area, access, list(rolesWith(ways))];
    }),
  );
  const areas = Object.keys(ADMINISTRATOR_AREAS).filter(isAdministratorArea);
  return [
    INTRODUCTION,
    `## Areas\n\nThere are ${areas.length}. To write an area gives nothing to read of it: each role that writes reads, too.\n\n${areasTable()}\n`,
    `## Roles\n\n${rolesTable()}\n`,
    LIMITED,
    `## Scopes\n\nAn access token carries permissions as scopes, and counts for what its scopes and the roles of its person both give. Consent names each.\n\n${scopesTable()}\n`,
    `## Which role may do what\n\nWhere several areas are named each of them suffices, and the answer has what those areas see; where two are joined both are needed,
by several roles or one.\n\n${table(['operation', 'area', 'access', 'roles that may'], rows)}\n`,
  ].join('\n');
}
