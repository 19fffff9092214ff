import type { KeyMaterial } from '../key-material.ts';
import type { RunningTarget } from '../targets/running.ts';
import { credentials } from './client-credentials.ts';
import type { WorkloadName } from './names.ts';
import type { Cannot, Plan } from './plan.ts';
import { codeFlowWorkload, dpop, exchange, introspection, refresh, userinfo } from './tokens-in-use.ts';
import type { Workload } from './workload.ts';

/** All workloads, by name. The first of its roles is the client that each is done by. */
export const WORKLOADS: Readonly<Record<WorkloadName, Workload>> = {
  mtls: credentials('client_credentials by a self-signed certificate', 'mtls'),
  'mtls-ca': credentials('client_credentials by a certificate of an authority', 'mtls-ca'),
  private_key_jwt: credentials('client_credentials by private_key_jwt', 'private_key_jwt'),
  secret: credentials('client_credentials by client_secret_basic', 'secret'),
  handshake: credentials(
    'client_credentials, a full TLS handshake for each request',
    'mtls',
    'full-handshake',
  ),
  resumed: credentials('client_credentials, a resumed TLS session for each request', 'mtls', 'resumed'),
  'code-flow': codeFlowWorkload,
  refresh,
  introspection,
  userinfo,
  dpop,
  exchange,
};

/** The plan of a workload at a target, or why there is none. */
export function planOf(name: WorkloadName, target: RunningTarget, material: KeyMaterial): Plan | Cannot {
  const { roles, plan } = WORKLOADS[name];
  const { cannot, clients } = target.dialect;
  const reason = cannot[name];
  if (reason !== undefined) return { kind: 'cannot', reason };
  const [role] = roles;
  const client = role && clients[role];
  return client ? plan(target, client, material) : { kind: 'cannot', reason: 'It has no such client.' };
}

/** The plan of a workload that the target must be able to do. @throws Error that says why it cannot */
export function neededPlan(name: WorkloadName, target: RunningTarget, material: KeyMaterial): Plan {
  const plan = planOf(name, target, material);
  if (plan.kind !== 'plan') throw new Error(`${target.name} cannot do ${name}: ${plan.reason}`);
  return plan;
}
