import type { FastifyInstance } from 'fastify';

/** One endpoint: the routes it answers, and what it adds to the metadata documents (RFC 8414 §2). */
export type Endpoint = {
  readonly metadata: Readonly<Record<string, unknown>>;
  register(app: FastifyInstance): void;
};
