import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { checkUsername, InvalidAccount, userEvent } from '../registration/account-changing.ts';
import { hashPassword, NO_PASSWORD } from '../user/password.ts';
import { claimsProblem } from '../user/person-attributes.ts';
import { requiring } from '../user/required-action.ts';
import type { User } from '../user/user.ts';
import { canonicalUsername } from '../user/username.ts';
import type { WriterContext } from './import-context.ts';
import type { RecordWriter } from './judgement.ts';
import { type OwnAccount, ownAccountDifferences, ownAccountOf } from './own-account.ts';
import { credentialDifferences, credentialsOf, type KnownCredentials } from './person-credentials.ts';
import type { MovedPerson } from './record.ts';
import type { Finding } from './source.ts';
import {
  type KnownStanding,
  knownStanding,
  standingDetail,
  standingDifferences,
  standingSteps,
} from './standing.ts';

/** What of a person can be written, and what is said of the rest. */
type KnownPerson = {
  readonly claims: User['claims'];
  readonly standing: KnownStanding;
  readonly credentials: KnownCredentials;
  readonly own: OwnAccount;
  readonly findings: readonly Finding[];
};

/** As OIDC Core §2 bounds it, but for characters: what applications know somebody by stays. */
const SUB = /^[^\p{Cc}\p{Cs}\p{Zl}\p{Zp}]{1,255}$/u;

/** In what somebody who is here is not as the files have them; what they have done since, such as a password, is no difference. */
async function differences(
  record: MovedPerson,
  { claims, standing, credentials }: KnownPerson,
  present: User,
  context: WriterContext,
): Promise<readonly string[]> {
  const { storage, encryptionKey } = context;
  const member = { kind: 'person', id: present.sub } as const;
  const held = await storage.credentials.list(present.sub);
  const left = present.required_actions ?? [];
  return [
    ...(record.sub === undefined || record.sub === present.sub ? [] : ['sub']),
    ...(record.enabled === present.enabled ? [] : ['enabled']),
    ...(isDeepStrictEqual(claims, present.claims) ? [] : ['claims']),
    ...(left.every((action) => record.required_actions.includes(action)) ? [] : ['required_actions']),
    ...credentialDifferences(credentials, held, encryptionKey),
    ...ownAccountDifferences(record, present, held, context),
    ...(await standingDifferences(storage, member, standing)),
  ];
}

/** Judges people, and writes them with their passwords, credentials, groups and roles. */
export function personWriter(context: WriterContext): RecordWriter<'person'> {
  const { storage, names, by, source, administrator, givesAdministratorRoles, clock } = context;
  const definitions = once(async () => [...(await storage.attributeDefinitions.list()), ...names.defined()]);
  /** Whether the first start is to make this account: another one of its name would leave nobody who administers. */
  const isAwaited = ({ username, administrator_roles = [] }: MovedPerson): boolean =>
    administrator !== undefined &&
    canonicalUsername(administrator) === canonicalUsername(username) &&
    !(givesAdministratorRoles && administrator_roles.includes('owner'));
  /** Who of the files has a `sub` or a certificate. */
  const holders = new Map<string, string>();

  /** Why the `sub` cannot be theirs. */
  const subProblem = async ({ username, sub }: MovedPerson): Promise<string | undefined> => {
    if (sub === undefined) return undefined;
    if (!SUB.test(sub)) return 'has characters that cannot be seen, or more than 255';
    if (await names.has('client', sub)) return `is the client_id of a client: ${JSON.stringify(sub)}`;
    const other = (await storage.users.find(sub))?.username ?? holders.get(sub);
    return other === undefined || other === username
      ? undefined
      : `is that of ${JSON.stringify(other)}: ${JSON.stringify(sub)}`;
  };

  const known = async (record: MovedPerson): Promise<KnownPerson> => {
    const claims: Record<string, unknown> = { ...record.claims };
    const findings: Finding[] = [];
    const lose = (field: string, why: string) => findings.push({ field, ours: field, outcome: 'lost', why });
    let wrong = claimsProblem(claims, {}, await definitions());
    for (; wrong; wrong = claimsProblem(claims, {}, await definitions())) {
      lose(`claims.${wrong.claim}`, wrong.problem);
      delete claims[wrong.claim];
    }
    const standing = await knownStanding(record, names);
    const credentials = await credentialsOf(record, context, holders);
    const own = await ownAccountOf(record, context);
    return {
      claims,
      standing,
      credentials,
      own,
      findings: [...findings, ...standing.findings, ...credentials.findings, ...own.findings],
    };
  };

  const userOf = async (
    { sub = randomUUID(), username, enabled, created_at, required_actions }: MovedPerson,
    { claims, credentials: { password }, own }: KnownPerson,
  ): Promise<User> => ({
    sub,
    username,
    password_hash:
      password === undefined
        ? NO_PASSWORD
        : password.form === 'hash'
          ? password.value
          : await hashPassword(password.value),
    ...requiring(required_actions),
    ...(await own.fields()),
    claims,
    enabled,
    created_at: created_at ?? clock(),
    revision: 1,
  });

  return {
    async judge(record) {
      const { username, sub } = record;
      try {
        checkUsername(username);
      } catch (error) {
        if (!(error instanceof InvalidAccount)) throw error;
        return { verdict: 'refused', field: 'username', why: error.message };
      }
      const person = await known(record);
      const present = await storage.users.findByUsername(username);
      if (present) {
        const fields = await differences(record, person, present, context);
        return fields.length === 0 ? { verdict: 'present' } : { verdict: 'differs', fields };
      }
      if (isAwaited(record)) {
        const why =
          'is that of [super_admin], whom the first start of the server makes: start it once before';
        return { verdict: 'refused', field: 'username', why, asks: true };
      }
      const problem = await subProblem(record);
      if (problem !== undefined) return { verdict: 'refused', field: 'sub', why: problem };
      if (sub !== undefined) holders.set(sub, username);
      const { standing, credentials, own, findings } = person;
      for (const { thumbprint } of credentials.certificates) holders.set(thumbprint, username);
      return {
        verdict: 'add',
        findings,
        writing: {
          in: 'shared unit',
          async prepare() {
            const user = await userOf(record, person);
            const told = userEvent('user.created', by, undefined, user, user);
            const factors = credentials.certificates.map(({ thumbprint }) => ({ 'x5t#S256': thumbprint }));
            return {
              steps: [
                ...storage.users.steps.insert(user),
                ...credentials.steps(user.sub, user.created_at),
                ...own.steps(user.sub),
                ...(await standingSteps(storage, names, { kind: 'person', id: user.sub }, standing, clock())),
              ],
              event: {
                ...told,
                detail: {
                  imported_from: source,
                  ...standingDetail(standing),
                  ...(factors.length > 0 && { certificates: factors }),
                  ...(credentials.totp && { second_factor: 'totp' }),
                },
              },
            };
          },
        },
      };
    },
  };
}

/** What is found out the first time that it is asked for. */
function once<T>(find: () => Promise<T>): () => Promise<T> {
  let found: Promise<T> | undefined;
  return () => {
    found ??= find();
    return found;
  };
}
