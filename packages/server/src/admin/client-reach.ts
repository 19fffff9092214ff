import type { Evidence } from '../refusal/refusal.ts';
import type { SeenClients } from '../registration/client-registrar.ts';
import type { ClientStore } from '../storage/storage.ts';
import type { AdministratorPermission } from '../user/administrator-permissions.ts';
import { type Administrator, powerMissing } from './administrator.ts';
import { NotFound } from './route.ts';

/** What the clients of a listing are narrowed to for who calls; empty for one whose permission goes to all of them. */
export function withinReach(
  { power }: Administrator,
  permission: AdministratorPermission,
): { readonly within?: readonly string[] } {
  const reach = power.reach(permission);
  if (reach === 'everything') return {};
  return { within: reach?.groups ?? [] };
}

/** @throws Refusal 403 where the permission is missing or limited to the clients of groups */
export function requireEverywhere(administrator: Administrator, permission: AdministratorPermission): void {
  if (administrator.power.hasEverywhere(permission)) return;
  throw powerMissing(administrator, [permission], limitOf(administrator, permission));
}

/** What an event says of the limit that something fell under. */
const limitOf = ({ power }: Administrator, permission: AdministratorPermission): Evidence =>
  power.has(permission) ? { limited_to: 'clients of groups' } : {};

/** Which clients who calls may do something with, and which they see. */
export type ClientReach = {
  includes(
    administrator: Administrator,
    permission: AdministratorPermission,
    client_id: string,
  ): Promise<boolean>;
  /**
   * Goes before everything that is said of a client: one that the caller does not see is as one that is not there.
   * @throws NotFound; Refusal 403 for one that the caller sees and may not write
   */
  require(
    administrator: Administrator,
    permission: 'clients:read' | 'clients:write',
    client_id: string,
  ): Promise<void>;
  /** The clients that findings and warnings for the caller may speak of. */
  seenBy(administrator: Administrator): SeenClients;
};

/** Looks up whom administrators reach, by the groups of now. */
export function createClientReach(clients: Pick<ClientStore, 'within' | 'findByThumbprint'>): ClientReach {
  const includes: ClientReach['includes'] = async ({ power }, permission, client_id) => {
    const reach = power.reach(permission);
    if (reach === undefined || reach === 'everything') return reach === 'everything';
    return (await clients.within([client_id], reach.groups)).has(client_id);
  };
  return {
    includes,
    async require(administrator, permission, client_id) {
      if (await includes(administrator, permission, client_id)) return;
      if (permission === 'clients:write' && (await includes(administrator, 'clients:read', client_id))) {
        throw powerMissing(administrator, [permission], {
          client_id,
          ...limitOf(administrator, permission),
        });
      }
      throw new NotFound(`no client is registered under ${client_id}`);
    },
    seenBy: (administrator) => ({
      async findByThumbprint(thumbprint) {
        const { within } = withinReach(administrator, 'clients:read');
        const found = await clients.findByThumbprint(thumbprint);
        if (!within) return found;
        const seen = await clients.within(
          found.map(({ client_id }) => client_id),
          within,
        );
        return found.filter(({ client_id }) => seen.has(client_id));
      },
    }),
  };
}
