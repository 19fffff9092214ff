import {
  type Certificate,
  certificatesIn,
  MalformedCertificate,
  parsePemCertificates,
} from '@countersign/x509';
import { z } from 'zod';
import { describeForPeople } from '../client/certificate-for-people.ts';
import { certificateKeyUse, keyUseWarning, registeredKey, renewedBy } from '../client/certificate-key.ts';
import type { TrustSets } from '../client-authentication/trust-set.ts';
import type { ClientStore } from '../storage/storage.ts';
import type { Administrator } from './administrator.ts';
import {
  CertificateAnswer,
  type CertificateFinding,
  ChainAnswer,
  certificateFindings,
  describeChain,
  FindingAnswer,
} from './certificate-report.ts';
import { type ClientReach, withinReach } from './client-reach.ts';
import { type AdminRoute, adminRoute, InvalidInput } from './route.ts';
import { Timestamp, timestamp } from './timestamp.ts';

/** One thing that was looked at on the way to a decision. */
export type ExplainedStep = {
  readonly step: string;
  readonly outcome: 'passed' | 'failed';
  readonly detail: Readonly<Record<string, unknown>>;
};

/** Why a certificate does or does not authenticate a client. */
export type Explanation = {
  readonly authenticated: boolean;
  readonly steps: readonly ExplainedStep[];
};

export type CertificateResourceContext = {
  readonly clients: Pick<ClientStore, 'find' | 'countCertificateEnds' | 'soonestCertificateEnds'>;
  readonly reach: ClientReach;
  readonly trustSets: TrustSets;
  /** Decides, and does nothing else, whether a certificate authenticates a client. */
  readonly explain: (
    client_id: string,
    certificate: Certificate,
    chain: readonly Certificate[],
  ) => Promise<Explanation>;
  /** Thumbprints by which administrators enter. */
  readonly administratorThumbprints: () => ReadonlySet<string>;
};

const tag = 'certificates';

const DAY_MS = 24 * 3600 * 1000;
/** Days from now; each bucket ends at the next of these. */
const EXPIRY_DAYS = [0, 7, 30, 90, 180, 365, 730];
const EXPIRY_LABELS = [
  'expired',
  '< 7 days',
  '< 30',
  '< 90',
  '< 180',
  '< 1 year',
  '< 2 years',
  'later',
] as const;
const SHOWN_SOONEST = 5;
/** Certificates of a bucket that are counted: more tell nobody more. */
const MOST_COUNTED = 10_000;

const CertificateToCheck = z
  .strictObject({
    certificate: z
      .string()
      .max(500_000)
      .describe(
        'PEM, or PKCS#7 or DER in base64; the first certificate is the client’s, the rest its chain.',
      ),
    client_id: z.string().max(200).optional().describe('The client it is meant for.'),
    trust_group: z
      .string()
      .max(200)
      .optional()
      .describe('The trust group to chain to; the trust store otherwise.'),
  })
  .meta({ id: 'CertificateToCheck' });
const CertificateCheck = z
  .object({
    certificate: CertificateAnswer,
    others: z.array(CertificateAnswer),
    findings: z.array(FindingAnswer),
    chain: ChainAnswer,
  })
  .meta({ id: 'CertificateCheck' });
const CertificateToExplain = z
  .strictObject({
    client_id: z.string().max(200),
    certificate: CertificateToCheck.shape.certificate,
    chain: CertificateToCheck.shape.certificate
      .optional()
      .describe('What the client would send beside it, after what follows the first certificate.'),
  })
  .meta({ id: 'CertificateToExplain' });
export const ExplanationAnswer = z
  .object({
    authenticated: z.boolean(),
    steps: z.array(
      z
        .object({
          step: z.string(),
          outcome: z.enum(['passed', 'failed']),
          detail: z.record(z.string(), z.unknown()),
        })
        .meta({ id: 'ExplainedStep' }),
    ),
  })
  .meta({ id: 'Explanation' });
const CertificateExpiry = z
  .object({
    buckets: z.array(
      z
        .object({
          label: z.enum(EXPIRY_LABELS),
          count: z.int(),
          more: z.literal(true).optional().describe('There are more than count says: no more are counted.'),
        })
        .meta({ id: 'ExpiryBucket' }),
    ),
    soonest: z.array(
      z
        .object({
          client_id: z.string(),
          client_name: z.string(),
          'x5t#S256': z.string(),
          not_after: Timestamp,
        })
        .meta({ id: 'CertificateEnd' }),
    ),
  })
  .meta({ id: 'CertificateExpiry' });

/** The certificates of pasted text. @throws InvalidInput naming `field` */
export function pastedCertificates(text: string, field: string): readonly Certificate[] {
  try {
    return certificatesIn(text);
  } catch (error) {
    if (!(error instanceof MalformedCertificate)) throw error;
    throw new InvalidInput(field, error.message, 'invalid_certificate');
  }
}

/** `/certificates`: certificates looked at before anything rests on them. */
export function certificateRoutes(context: CertificateResourceContext): readonly AdminRoute[] {
  const { clients, reach, trustSets, administratorThumbprints, explain } = context;

  const usageFindings = async (
    certificate: Certificate,
    administrator: Administrator,
    named: string | undefined,
  ): Promise<CertificateFinding[]> => {
    const isSeen = named !== undefined && (await reach.includes(administrator, 'clients:read', named));
    const client_id = isSeen ? named : undefined;
    const { thumbprint } = certificate;
    const others = (await reach.seenBy(administrator).findByThumbprint(thumbprint)).filter(
      (client) => client.client_id !== client_id,
    );
    const unusable = keyUseWarning(certificateKeyUse(certificate));
    const client = client_id === undefined ? undefined : await clients.find(client_id);
    const registered = client?.metadata.certificates.flatMap(parsePemCertificates) ?? [];
    const renewed = registered.some((before) => before.thumbprint === thumbprint)
      ? []
      : renewedBy(certificate, registered.map(registeredKey));
    const findings: CertificateFinding[] = others.slice(0, 10).map((client) => ({
      severity: 'warning',
      code: 'used-by-another-client',
      message: `It is registered for ${client.client_name} (${client.client_id}) already; each could act as the other.`,
      values: { client_name: client.client_name, client_id: client.client_id },
    }));
    if (unusable !== undefined) {
      findings.push({
        severity: 'warning',
        code: 'key-not-for-tls',
        message: `It ${unusable}.`,
        values: { why: unusable },
      });
    }
    for (const before of renewed) {
      findings.push({
        severity: 'note',
        code: 'renewal',
        message: `It renews ${before}, which is registered for this client: the key is the same, the thumbprint is not, so that it has to be registered too.`,
        values: { before },
      });
    }
    // Who is limited to some clients learns it where such a certificate would be registered.
    if (administrator.power.hasEverywhere('clients:read') && administratorThumbprints().has(thumbprint)) {
      findings.push({
        severity: 'warning',
        code: 'used-by-an-administrator',
        message:
          'An administrator enters with it; once a client has it too, that administrator no longer does.',
        values: {},
      });
    }
    return findings;
  };

  return [
    adminRoute({
      method: 'POST',
      path: '/certificates/check',
      summary:
        'Look at PEM certificates before they are saved; the first is the client’s, the rest its chain',
      tag,
      area: 'clients',
      access: 'read',
      body: CertificateToCheck,
      response: CertificateCheck,
      handle: async ({ body, administrator, now }) => {
        const [certificate, ...others] = pastedCertificates(body.certificate, 'certificate');
        if (!certificate)
          throw new InvalidInput('certificate', 'holds no certificate', 'invalid_certificate');
        const trust = await trustSets({ trust_group: body.trust_group, trust_anchors: [] });
        if (!trust) throw new InvalidInput('trust_group', 'is not a trust group of this deployment');
        return {
          certificate: describeForPeople(certificate),
          others: others.map(describeForPeople),
          findings: [
            ...certificateFindings(certificate, now),
            ...(await usageFindings(certificate, administrator, body.client_id)),
          ],
          chain: describeChain(certificate, others, trust, now),
        };
      },
    }),
    adminRoute({
      method: 'POST',
      path: '/certificates/explain',
      summary:
        'Whether a certificate authenticates a client, by what counts now, with every step on the way; nothing is noted of it',
      tag,
      area: 'clients',
      access: 'read',
      body: CertificateToExplain,
      response: ExplanationAnswer,
      handle: async ({ body, administrator }) => {
        await reach.require(administrator, 'clients:read', body.client_id);
        const [certificate, ...beside] = pastedCertificates(body.certificate, 'certificate');
        if (!certificate)
          throw new InvalidInput('certificate', 'holds no certificate', 'invalid_certificate');
        const more = body.chain === undefined ? [] : pastedCertificates(body.chain, 'chain');
        const { authenticated, steps } = await explain(body.client_id, certificate, [...beside, ...more]);
        return { authenticated, steps: steps.map((each) => ({ ...each, detail: { ...each.detail } })) };
      },
    }),
    adminRoute({
      method: 'GET',
      path: '/certificates/expiry',
      summary: 'Count the registered certificates by days to their end, and name those that end next',
      tag,
      area: 'clients',
      access: 'read',
      response: CertificateExpiry,
      handle: async ({ administrator, now }) => {
        const { within } = withinReach(administrator, 'clients:read');
        const [counts, soonest] = await Promise.all([
          clients.countCertificateEnds(
            EXPIRY_DAYS.map((days) => now + days * DAY_MS),
            MOST_COUNTED + 1,
            within,
          ),
          // What expired long ago was replaced long ago.
          clients.soonestCertificateEnds(now - 30 * DAY_MS, SHOWN_SOONEST, within),
        ]);
        return {
          buckets: counts.map((count, index) => ({
            label: EXPIRY_LABELS[index] ?? 'later',
            count: Math.min(count, MOST_COUNTED),
            ...(count > MOST_COUNTED && { more: true as const }),
          })),
          soonest: soonest.map(({ client_id, client_name, thumbprint, not_after }) => ({
            client_id,
            client_name,
            'x5t#S256': thumbprint,
            not_after: timestamp(not_after),
          })),
        };
      },
    }),
  ];
}
