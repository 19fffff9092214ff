import { z } from 'zod';
import type { JwksResult, JwksSource } from '../outbound/jwks-source.ts';
import {
  CertificateAnswer,
  certificateFindings,
  describeForPeople,
  FindingAnswer,
} from './certificate-report.ts';
import { type AdminRoute, adminRoute } from './route.ts';

const KeyAnswer = z.object({
  kid: z.string().optional(),
  kty: z.string(),
  use: z.string().optional(),
  alg: z.string().optional(),
  'x5t#S256': z.string().optional(),
  certificate: CertificateAnswer.optional(),
  findings: z.array(FindingAnswer),
});

const Answer = z.object({
  keys: z.array(KeyAnswer),
  skipped: z.array(
    z.object({ index: z.number(), kid: z.string().optional(), because: z.string(), message: z.string() }),
  ),
  /** Why the document could not be had or read. */
  failure: z
    .object({ because: z.string(), message: z.string(), evidence: z.record(z.string(), z.unknown()) })
    .optional(),
});

function previewOf(result: JwksResult, now: number): z.infer<typeof Answer> {
  const failure = result.kind === 'fresh' ? undefined : result.failure;
  const known = result.kind === 'unavailable' ? { keys: [], skipped: [] } : result;
  return {
    keys: known.keys.map(({ kid, kty, use, alg, x5c, 'x5t#S256': x5t }) => ({
      kty,
      ...(kid !== undefined && { kid }),
      ...(use !== undefined && { use }),
      ...(alg !== undefined && { alg }),
      ...(x5t !== undefined && { 'x5t#S256': x5t }),
      ...(x5c && { certificate: describeForPeople(x5c) }),
      findings: x5c ? certificateFindings(x5c, now) : [],
    })),
    skipped: known.skipped.map((skipped) => ({ ...skipped })),
    ...(failure && {
      failure: { because: failure.because, message: failure.message, evidence: { ...failure.evidence } },
    }),
  };
}

/** `/jwks`: what stands at a `jwks_uri`, fetched under the very rules that clients are authenticated under. */
export function jwksRoutes(jwks: JwksSource): readonly AdminRoute[] {
  return [
    adminRoute({
      method: 'POST',
      path: '/jwks/preview',
      summary: 'Fetch a jwks_uri now and show its keys, or why it cannot be used',
      tag: 'certificates',
      scope: 'admin:clients',
      body: z.strictObject({ jwks_uri: z.string().max(2000) }),
      response: Answer,
      handle: async ({ body }) => previewOf(await jwks.refreshFor(body.jwks_uri, 'operator'), Date.now()),
    }),
  ];
}
