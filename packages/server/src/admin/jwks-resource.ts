import { z } from 'zod';
import { describeForPeople } from '../client/certificate-for-people.ts';
import { JWK_KEY_TYPES, SKIPPED_JWK_CAUSES } from '../outbound/json-web-key-set.ts';
import { JWKS_FAILURE_CAUSES, type JwksResult, type JwksSource } from '../outbound/jwks-source.ts';
import { CertificateAnswer, certificateFindings, FindingAnswer } from './certificate-report.ts';
import { type AdminRoute, adminRoute } from './route.ts';

const KeyAnswer = z
  .object({
    kid: z.string().optional(),
    kty: z.enum(JWK_KEY_TYPES),
    use: z.string().optional(),
    alg: z.string().optional(),
    'x5t#S256': z.string().optional(),
    certificate: CertificateAnswer.optional(),
    findings: z.array(FindingAnswer),
  })
  .meta({ id: 'PublishedKey' });

const SkippedAnswer = z
  .object({
    index: z.int().describe('Place in `keys`, from 0.'),
    kid: z.string().optional(),
    because: z.enum(SKIPPED_JWK_CAUSES),
    message: z.string(),
    member: z.literal('x5t#S256').optional().describe('The only member that is not used; the key is.'),
  })
  .meta({ id: 'SkippedKey' });

/** Why the document could not be had or read. */
const FailureAnswer = z
  .object({
    because: z.enum(JWKS_FAILURE_CAUSES),
    message: z.string(),
    evidence: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'JwksFailure' });

const Answer = z
  .object({
    keys: z.array(KeyAnswer),
    skipped: z.array(SkippedAnswer),
    failure: FailureAnswer.optional(),
  })
  .meta({ id: 'JwksPreview' });

const Body = z.strictObject({ jwks_uri: z.string().max(2000) }).meta({ id: 'JwksToPreview' });

/** @param isFetched whether nothing counts but what was fetched just now: what is held was fetched for some client */
function previewOf(result: JwksResult, isFetched: boolean, now: number): z.infer<typeof Answer> {
  const failure = result.kind === 'fresh' ? undefined : result.failure;
  const known = result.kind === 'unavailable' || (isFetched && failure) ? { keys: [], skipped: [] } : result;
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
      area: 'clients',
      access: 'write',
      body: Body,
      response: Answer,
      handle: async ({ body, administrator, now }) => {
        const isFetched = !administrator.power.hasEverywhere('clients:read');
        return previewOf(await jwks.refreshFor(body.jwks_uri, 'operator'), isFetched, now);
      },
    }),
  ];
}
