import type { PresentedCertificate } from '@countersign/x509';
import type { FastifyInstance, FastifyRequest } from 'fastify';

/** One endpoint: the routes it answers, and what it adds to the metadata documents (RFC 8414 §2). */
export type Endpoint = {
  readonly metadata: Readonly<Record<string, unknown>>;
  register(app: FastifyInstance): void;
};

/** Where a request came from, as the transport knows it. */
export type RequestOrigin = {
  readonly certificate: PresentedCertificate | undefined;
  /** The client's own address, behind a trusted proxy too. */
  readonly remote_address: string;
};

/** @throws Refusal when the request carries a certificate header that must not be believed */
export type OriginOf = (request: FastifyRequest) => RequestOrigin;
