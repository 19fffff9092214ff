import { fileURLToPath } from 'node:url';
import { WORKLOADS, type WorkloadName } from '../workloads/names.ts';
import { type Client, type Dialect, originOf } from './dialect.ts';
import type { Target } from './target.ts';

const PROCESS = fileURLToPath(new URL('bare-process.ts', import.meta.url));
const LIMIT_PROCESS = fileURLToPath(new URL('limit-process.ts', import.meta.url));

const TOKENS: readonly WorkloadName[] = ['mtls', 'mtls-ca', 'secret', 'handshake', 'resumed'];

/** Reasons for all workloads but some. */
const cannotBut = (can: readonly WorkloadName[], reason: string): Dialect['cannot'] =>
  Object.fromEntries(WORKLOADS.filter((name) => !can.includes(name)).map((name) => [name, reason]));

const dialect = (
  port: number,
  answers: Dialect['answers'],
  can: readonly WorkloadName[],
  reason: string,
): Dialect => {
  const client_id = 'bench';
  const issuer = originOf(port);
  const mtls: Client = { client_id, method: 'certificate', identity: 'self-signed' };
  return {
    answers,
    scope: '',
    paths: { token: '/token' },
    clients: {
      mtls,
      'mtls-ca': { client_id, method: 'certificate', identity: 'issued' },
      secret: { client_id, method: 'client_secret_basic', client_secret: 'bench-secret' },
      private_key_jwt: { client_id, method: 'private_key_jwt', audience: issuer },
    },
    authorization: 'direct',
    tokenForPerson: {},
    cannot: cannotBut(can, reason),
  };
};

const bareServer = (name: string, answers: Dialect['answers'], flags: readonly string[]): Target => ({
  name,
  warmUp: 'short',
  whyMissing: () => undefined,
  async prepare({ material: { folder, thumbprints }, port }) {
    return {
      start: { kind: 'node', script: [PROCESS, folder, String(port), thumbprints['self-signed'], ...flags] },
      dialect: dialect(port, answers, TOKENS, 'It answers tokens without looking at the request.'),
      first: 'mtls',
    };
  },
});

/** `node:https` that answers a fixed body: what TLS and HTTP alone cost. */
export const bare = bareServer('bare', 'fixed-body', []);

/** The same with one ES256 JWT a request: what a server that issues JWTs costs when it signs as requests come. */
export const bareAndSign = bareServer('bare+sign', 'fixed-claims', ['--sign']);

/** `bare+sign` in so many processes that share a port. */
export const bareWithWorkers = (workers: number): Target =>
  bareServer(`bare-${workers}-workers`, 'fixed-claims', ['--sign', String(workers)]);

/**
 * The least that the work can cost as we know how: signatures made together, assertions verified, and each `jti`
 * written durably with those that came meanwhile.
 */
export const limit: Target = {
  name: 'limit',
  warmUp: 'short',
  whyMissing: () => undefined,
  async prepare({ material: { folder, thumbprints }, port, database }) {
    const where = database.kind === 'postgres' ? await database.create('limit') : 'sqlite';
    const script = [LIMIT_PROCESS, folder, String(port), thumbprints['self-signed'], where];
    const can = [...TOKENS, 'private_key_jwt'] as const;
    return {
      start: { kind: 'node', script },
      dialect: dialect(port, 'fixed-claims', can, 'There is no least form of it yet.'),
      first: 'mtls',
    };
  },
};
