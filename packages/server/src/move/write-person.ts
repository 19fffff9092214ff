import { randomUUID } from 'node:crypto';
import { changesBetween } from '../event/changes.ts';
import { checkUsername, InvalidAccount } from '../registration/account-changing.ts';
import { hashPassword } from '../user/password.ts';
import { claimsProblem } from '../user/person-attributes.ts';
import type { User } from '../user/user.ts';
import type { WriterContext } from './import-context.ts';
import type { RecordWriter } from './judgement.ts';
import type { MovedPassword } from './record.ts';
import { knownStanding, standingDetail, standingDifferences, standingSteps } from './standing.ts';

const hashOf = (password: MovedPassword): Promise<string> | string =>
  password.form === 'hash' ? password.value : hashPassword(password.value);

/** Judges people, and writes them with their passwords, groups and roles. */
export function personWriter(context: WriterContext): RecordWriter<'person'> {
  const { storage, names, by, source, clock } = context;
  return {
    async judge(record) {
      const { username, claims, enabled, password } = record;
      const { findings, ...standing } = await knownStanding(record, names);
      const present = await storage.users.findByUsername(username);
      if (present) {
        const member = { kind: 'person', id: present.sub } as const;
        const fields = await standingDifferences(storage, member, standing);
        return fields.length === 0 ? { verdict: 'present' } : { verdict: 'differs', fields };
      }
      try {
        checkUsername(username);
      } catch (error) {
        if (!(error instanceof InvalidAccount)) throw error;
        return { verdict: 'refused', field: 'username', why: error.message };
      }
      const wrong = claimsProblem(claims, {}, await storage.attributeDefinitions.list());
      if (wrong) return { verdict: 'refused', field: `claims.${wrong.claim}`, why: wrong.problem };
      if (password === undefined)
        return { verdict: 'refused', field: 'password', why: 'people without a password cannot come over' };
      return {
        verdict: 'add',
        findings,
        writing: {
          in: 'shared unit',
          async prepare() {
            const user: User = {
              sub: record.sub ?? randomUUID(),
              username,
              password_hash: await hashOf(password),
              roles: [],
              claims,
              enabled,
              created_at: record.created_at ?? clock(),
              revision: 1,
            };
            const { sub, password_hash } = user;
            const changes = { username, claims, enabled, password: password_hash };
            return {
              steps: [
                ...storage.users.steps.insert(user),
                ...(await standingSteps(storage, names, { kind: 'person', id: sub }, standing, clock())),
              ],
              event: {
                type: 'user.created',
                outcome: 'success',
                username,
                actor: by,
                object: { kind: 'user', id: sub },
                changes: changesBetween(undefined, changes),
                detail: { imported_from: source, ...standingDetail(standing) },
              },
            };
          },
        },
      };
    },
  };
}
