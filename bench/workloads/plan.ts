import { z } from 'zod';
import { Identity } from '../key-material.ts';
import { Step, type Variables } from '../step.ts';
import { Maker } from '../unique-values.ts';
import type { Proof } from './proofs.ts';

/**
 * `kept-alive`: requests one after the other on connections that stay. `full-handshake`: a connection and a full TLS
 * handshake for each request. `resumed`: a new connection for each, which resumes the TLS session of the one before.
 */
export const CONNECTIONS = ['kept-alive', 'full-handshake', 'resumed'] as const;
export const Connection = z.enum(CONNECTIONS);
export type Connection = z.infer<typeof Connection>;

/** What the load does at a target again and again, in the form in which its process is told. */
export const Script = z.object({
  port: z.int(),
  identity: Identity,
  connection: Connection,
  /** One request of the workload is all of them, one after the other. */
  steps: z.array(Step).min(1),
  /** Asked before each request of the workload. */
  makers: z.array(Maker),
});
export type Script = z.infer<typeof Script>;

/** A workload at one target. */
export type Plan = {
  readonly kind: 'plan';
  readonly script: Script;
  /** Asked before each run: what each connection knows when it begins. The steps may change it. */
  readonly seeds: (connections: number) => Promise<readonly Variables[]>;
  readonly proof: Proof;
};

/** Why a target has no such workload, as a sentence. */
export type Cannot = { readonly kind: 'cannot'; readonly reason: string };

/** Nothing that a connection has to know. */
export const NO_SEEDS: Plan['seeds'] = async () => [{}];
