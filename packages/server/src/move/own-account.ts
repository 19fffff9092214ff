import type { Step } from '../unit-of-work.ts';
import { isAdministratorRole, type LimitedRole } from '../user/administrator-roles.ts';
import type { Credential } from '../user/credential.ts';
import type { User } from '../user/user.ts';
import type { WriterContext } from './import-context.ts';
import type { MovedPerson } from './record.ts';
import type { Finding } from './source.ts';

/** What accounts of servers of this kind alone have, as far as it can come over. */
export type OwnAccount = {
  readonly findings: readonly Finding[];
  /** What stands with the account itself; of groups that are there by then. */
  fields(): Promise<Pick<User, 'roles' | 'limited_roles' | 'awaits_confirmation'>>;
  /** What writes the credentials of an account that is written before. */
  steps(sub: string): readonly Step[];
};

const lost = (field: string, why: string): Finding => ({ field, ours: field, outcome: 'lost', why });

/** The passkeys, recovery codes and certificates of a record, as they are stored. */
function credentialsIn(
  { passkeys = [], recovery_codes = [], known_certificates = [] }: MovedPerson,
  sub: string,
): readonly Credential[] {
  const used = (last_used_at: number | undefined) => (last_used_at === undefined ? {} : { last_used_at });
  return [
    ...passkeys.map(
      ({ last_used_at, ...passkey }): Credential => ({
        kind: 'passkey',
        sub,
        ...passkey,
        ...used(last_used_at),
      }),
    ),
    ...recovery_codes.map(
      ({ sha256, created_at }): Credential => ({
        kind: 'recovery_code',
        sub,
        credential_id: sha256,
        created_at,
      }),
    ),
    ...known_certificates.map(
      ({ 'x5t#S256': credential_id, last_used_at, ...certificate }): Credential => ({
        kind: 'certificate',
        sub,
        credential_id,
        ...certificate,
        ...used(last_used_at),
      }),
    ),
  ];
}

const WORDS: Readonly<Record<Credential['kind'], string>> = {
  totp: 'the authenticator app',
  passkey: 'a passkey',
  recovery_code: 'a recovery code',
  certificate: 'a certificate',
};

/** Those that nobody else has here; of the others a finding tells. */
async function free(
  record: MovedPerson,
  { storage }: WriterContext,
  findings: Finding[],
): Promise<ReadonlySet<string>> {
  const kept = new Set<string>();
  const { sub } = record;
  for (const { kind, credential_id } of credentialsIn(record, sub ?? '')) {
    const held = await storage.credentials.find(kind, credential_id);
    if (held && held.sub !== sub) findings.push(lost(kind, `${WORDS[kind]} signs somebody else in here`));
    else if (kind === 'recovery_code' && sub === undefined)
      findings.push(lost(kind, 'a recovery code works for the sub it was made for, which is not given'));
    else kept.add(`${kind} ${credential_id}`);
  }
  return kept;
}

/** Finds out what of an account of a server of this kind can be written here. */
export async function ownAccountOf(record: MovedPerson, context: WriterContext): Promise<OwnAccount> {
  const { storage, names, givesAdministratorRoles } = context;
  const findings: Finding[] = [];
  const kept = await free(record, context, findings);
  const { administrator_roles = [], limited_roles = [] } = record;
  if (!givesAdministratorRoles && administrator_roles.length + limited_roles.length > 0) {
    const why = 'an import gives administrator roles only where the operator runs it on a home folder';
    findings.push(lost('administrator_roles', why));
  }
  const limited: typeof limited_roles = [];
  for (const each of givesAdministratorRoles ? limited_roles : []) {
    if (await names.has('group', each.group)) limited.push(each);
    else findings.push(lost('limited_roles', `there is no group ${JSON.stringify(each.group)}`));
  }
  return {
    findings,
    async fields() {
      const held: LimitedRole[] = [];
      for (const { role, group } of limited) {
        const group_id = await names.groupId(group);
        if (group_id !== undefined) held.push({ role, group_id });
      }
      return {
        roles: givesAdministratorRoles ? administrator_roles.filter(isAdministratorRole) : [],
        ...(held.length > 0 && { limited_roles: held }),
        ...(record.awaits_confirmation && { awaits_confirmation: true }),
      };
    },
    steps: (sub) =>
      credentialsIn(record, sub)
        .filter(({ kind, credential_id }) => kept.has(`${kind} ${credential_id}`))
        .map((credential) => storage.credentials.steps.insert(credential)),
  };
}

/** In what the account that is here is not as a server of this kind had it; what was added since is no difference. */
export function ownAccountDifferences(
  record: MovedPerson,
  present: User,
  held: readonly Credential[],
  { givesAdministratorRoles }: Pick<WriterContext, 'givesAdministratorRoles'>,
): readonly string[] {
  const { administrator_roles = [] } = record;
  const has = ({ kind, credential_id }: Credential) =>
    held.some((each) => each.kind === kind && each.credential_id === credential_id);
  // A recovery code that was used is gone.
  const lacks = credentialsIn(record, present.sub).filter(
    (credential) => credential.kind !== 'recovery_code' && !has(credential),
  );
  const isOther =
    givesAdministratorRoles &&
    (administrator_roles.length !== present.roles.length ||
      !present.roles.every((role) => administrator_roles.includes(role)));
  return [...(isOther ? ['administrator_roles'] : []), ...new Set(lacks.map(({ kind }) => kind))];
}
