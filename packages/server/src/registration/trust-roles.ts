import {
  type ConfiguredRole,
  type ConfiguredRoles,
  configuredRole,
  type NamedRole,
  type TrustRole,
} from '../client/trust-role.ts';
import type { Clock } from '../clock.ts';
import { changesBetween } from '../event/changes.ts';
import type { EventDraft } from '../event/event.ts';
import type { EventRecorder } from '../event/event-recorder.ts';
import { type Managed, type ManagedChange, managedAfter } from '../managed-by.ts';
import { commitChange } from '../storage/commit-change.ts';
import type { Storage } from '../storage/storage.ts';
import type { Step } from '../unit-of-work.ts';
import type { Actor } from './actor.ts';
import { changeAgain } from './unit-of-change.ts';

/** Thrown where somebody would give a certificate another role than deployment.toml does. */
export class RoleConfigured extends Error {
  override readonly name = 'RoleConfigured';

  constructor(thumbprint: string, { role, key }: ConfiguredRole) {
    super(
      `${key} of deployment.toml names ${thumbprint}, as ${role}, and goes before what is set here: change it there`,
    );
  }
}

/** The roles that people gave certificates of the trust store, by thumbprint (RFC 8705 §3.1 form). */
export type TrustRoles = {
  /**
   * Gives certificates a role, all or none, whatever they had before. One that deployment.toml names so already is left
   * to it.
   * @param role undefined to leave them to the rule
   * @param managed_by the label of the files that keep them; that of before where nothing is said
   * @throws RoleConfigured
   */
  name(
    thumbprints: readonly string[],
    role: TrustRole | undefined,
    by: Actor,
    managed_by?: ManagedChange['managed_by'],
  ): Promise<void>;
  /** What `name` would write, for a unit of work that does more; nothing where it changes nothing. @throws RoleConfigured */
  naming(
    thumbprints: readonly string[],
    role: TrustRole | undefined,
    by: Actor,
    managed_by?: ManagedChange['managed_by'],
  ): Promise<RoleChange>;
  /**
   * As `naming`, for certificates that stand in no store any more: whoever imports an authority again has to say so again;
   * what vouches for nobody by somebody's word stays so.
   */
  forgetting(thumbprints: ReadonlySet<string>, by: Actor): Promise<RoleChange>;
  /** What was given, whether or not the certificate stands in a store. */
  list(): Promise<readonly NamedRole[]>;
};

/** A role that certificates are given with what else is done to a store. */
export type Naming = ManagedChange & {
  readonly thumbprints: readonly string[];
  readonly role: TrustRole;
};

/** Steps, and the events that tell of them. */
export type RoleChange = { readonly steps: readonly Step[]; readonly drafts: readonly EventDraft[] };

/** What a certificate is by somebody's word, as its audit trail compares it. */
type Given = Managed & { readonly role: TrustRole | undefined };
const audited = ({ role, managed_by }: Given) => ({
  role: role ?? 'by the rule',
  ...(managed_by !== undefined && { managed_by }),
});

const told = (thumbprint: string, old: Given | undefined, given: Given, by: Actor) =>
  ({
    type: 'truststore.role_named',
    outcome: 'success',
    actor: by,
    object: { kind: 'truststore', id: thumbprint },
    changes: changesBetween(audited(old ?? { role: undefined }), audited(given)),
  }) satisfies EventDraft;

/**
 * Makes it; every role given or taken away is written with its event. What changes nothing is no event.
 * @param configured what deployment.toml names now
 */
export function createTrustRoles(
  storage: Pick<Storage, 'authorities' | 'commit'>,
  events: Pick<EventRecorder, 'prepare'>,
  configured: () => ConfiguredRoles,
  clock: Clock,
): TrustRoles {
  const { named, steps } = storage.authorities;

  /** Those whose role is not left to the file. @throws RoleConfigured */
  const unconfigured = (thumbprints: readonly string[], role: TrustRole | undefined): readonly string[] =>
    [...new Set(thumbprints)].filter((thumbprint) => {
      const inFile = configuredRole(thumbprint, configured());
      if (inFile && inFile.role !== role) throw new RoleConfigured(thumbprint, inFile);
      return !inFile;
    });

  const naming: TrustRoles['naming'] = async (thumbprints, role, by, managed_by) => {
    const asked = unconfigured(thumbprints, role);
    const before = new Map((await named()).map((each) => [each.thumbprint, each] as const));
    const labelOf = (thumbprint: string) =>
      role === undefined ? {} : managedAfter(before.get(thumbprint) ?? {}, managed_by);
    const changing = asked.filter((thumbprint) => {
      const had = before.get(thumbprint);
      return had?.role !== role || had?.managed_by !== labelOf(thumbprint).managed_by;
    });
    return {
      steps: changing.flatMap((thumbprint) => {
        const had = before.get(thumbprint);
        if (role !== undefined) {
          const named = { thumbprint, role, named_by: by.name, named_at: clock(), ...labelOf(thumbprint) };
          return [steps.name(named, had)];
        }
        return had ? [steps.unname(had)] : [];
      }),
      drafts: changing.map((thumbprint) =>
        told(thumbprint, before.get(thumbprint), { role, ...labelOf(thumbprint) }, by),
      ),
    };
  };

  return {
    list: named,
    naming,

    async forgetting(thumbprints, by) {
      const given = (await named()).filter(
        ({ role, thumbprint }) =>
          role === 'authority' && thumbprints.has(thumbprint) && !configuredRole(thumbprint, configured()),
      );
      return naming(
        given.map(({ thumbprint }) => thumbprint),
        undefined,
        by,
      );
    },

    name(thumbprints, role, by, managed_by) {
      return changeAgain(async () => {
        const change = await naming(thumbprints, role, by, managed_by);
        if (change.drafts.length === 0) return;
        await commitChange({ storage, events }, change.steps, ...change.drafts);
      });
    },
  };
}
