/** Every workload; README.md says what each does. */
export const WORKLOADS = [
  'mtls',
  'mtls-ca',
  'private_key_jwt',
  'secret',
  'handshake',
  'resumed',
  'code-flow',
  'refresh',
  'introspection',
  'userinfo',
  'dpop',
  'exchange',
] as const;
export type WorkloadName = (typeof WORKLOADS)[number];

/** What is measured when nothing is said. */
export const DEFAULT_WORKLOADS: readonly WorkloadName[] = [
  'mtls',
  'private_key_jwt',
  'handshake',
  'code-flow',
];
