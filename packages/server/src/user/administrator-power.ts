import { isAdminScope } from '../client/scope.ts';
import { ADMINISTRATOR_PERMISSIONS, type AdministratorPermission } from './administrator-permissions.ts';
import { type AdministratorRoles, ROLES_OF_ADMINISTRATORS } from './administrator-roles.ts';
import { ADMINISTRATOR_SCOPES, type AdministratorScope, permissionsOfScope } from './administrator-scopes.ts';

/** How far a permission goes: to everything, or to the clients in any of some groups, by `group_id`. */
export type Reach = 'everything' | { readonly groups: readonly string[] };

const both = (one: Reach | undefined, other: Reach): Reach => {
  if (one === undefined) return other;
  if (one === 'everything' || other === 'everything') return 'everything';
  return { groups: [...new Set([...one.groups, ...other.groups])] };
};

/** What somebody may administer: permissions, and how far each goes. */
export class AdministratorPower {
  static readonly none = new AdministratorPower(new Map());

  readonly #reaches: ReadonlyMap<AdministratorPermission, Reach>;

  private constructor(reaches: ReadonlyMap<AdministratorPermission, Reach>) {
    this.#reaches = reaches;
  }

  /** What scopes stand for, everywhere: of one who has it by nothing else. */
  static ofScopes(scopes: Iterable<string>): AdministratorPower {
    const permissions = Array.from(scopes).flatMap(permissionsOfScope);
    return new AdministratorPower(new Map(permissions.map((permission) => [permission, 'everything'])));
  }

  /** What the roles of an account come to, all together. */
  static ofRoles({ roles, limited_roles = [] }: AdministratorRoles): AdministratorPower {
    const reaches = new Map<AdministratorPermission, Reach>();
    const add = (permissions: readonly AdministratorPermission[], reach: Reach) => {
      for (const permission of permissions) reaches.set(permission, both(reaches.get(permission), reach));
    };
    for (const role of roles) add(ROLES_OF_ADMINISTRATORS[role].permissions, 'everything');
    for (const { role, group_id } of limited_roles) {
      add(ROLES_OF_ADMINISTRATORS[role].permissions, { groups: [group_id] });
    }
    return new AdministratorPower(reaches);
  }

  /** What is left of it to whoever comes with these scopes alone. */
  within(scopes: Iterable<string>): AdministratorPower {
    const left = new Set(Array.from(scopes).flatMap(permissionsOfScope));
    return new AdministratorPower(new Map([...this.#reaches].filter(([permission]) => left.has(permission))));
  }

  /** Whether it is everything there is. */
  get isWhole(): boolean {
    return ADMINISTRATOR_PERMISSIONS.every((permission) => this.hasEverywhere(permission));
  }

  get isNone(): boolean {
    return this.#reaches.size === 0;
  }

  /** How far a permission goes; undefined where it is not there. */
  reach(permission: AdministratorPermission): Reach | undefined {
    return this.#reaches.get(permission);
  }

  /** Whether the permission is there, however far it goes. */
  has(permission: AdministratorPermission): boolean {
    return this.#reaches.has(permission);
  }

  /** Whether the permission is there and goes to everything. */
  hasEverywhere(permission: AdministratorPermission): boolean {
    return this.#reaches.get(permission) === 'everything';
  }

  /** Whether all that a scope stands for is there, however far it goes: whether a token may have it. */
  holds(scope: string): boolean {
    const permissions = permissionsOfScope(scope);
    return permissions.length > 0 && permissions.every((permission) => this.has(permission));
  }

  /** Whether its holder may have a scope at all: any that is none of the admin API, or one of which all is there. */
  mayHave(scope: string): boolean {
    return !isAdminScope(scope) || this.holds(scope);
  }

  /** Whether it goes as far as another in everything. */
  covers(other: AdministratorPower): boolean {
    return other.permissions().every((permission) => {
      const [own, wanted] = [this.reach(permission), other.reach(permission)];
      if (own === 'everything') return true;
      if (own === undefined || wanted === 'everything') return false;
      return wanted?.groups.every((group_id) => own.groups.includes(group_id)) ?? true;
    });
  }

  /** The permissions, in the order of their areas. */
  permissions(): readonly AdministratorPermission[] {
    return ADMINISTRATOR_PERMISSIONS.filter((permission) => this.has(permission));
  }

  /** It in scopes, as few as say it. */
  scopes(): readonly AdministratorScope[] {
    const said = new Set<AdministratorPermission>();
    return ADMINISTRATOR_SCOPES.filter((scope) => {
      const isNew = permissionsOfScope(scope).some((permission) => !said.has(permission));
      if (!this.holds(scope) || !isNew) return false;
      for (const permission of permissionsOfScope(scope)) said.add(permission);
      return true;
    });
  }
}
