import { type Certificate, MalformedCertificate, timeText } from '@countersign/x509';
import {
  type CertIdHash,
  certIdOf,
  encodeOcspRequest,
  isPermanentRevocation,
  newOcspNonce,
  type OcspAnswer,
  type OcspRequest,
  type OcspResponder,
  type RevocationProblem,
  type RevocationSource,
  type RevocationStatus,
  statusByOcsp,
  unusableStatus,
} from '@countersign/x509/revocation';
import { LRUCache } from 'lru-cache';
import type { Clock } from '../clock.ts';
import type { LastKnownStatus } from './last-known-status.ts';
import { type OutboundFetch, OutboundRefused } from './outbound-fetch.ts';
import {
  backoffDelay,
  type Loaded,
  type RevocationCache,
  UnusableRevocationData,
} from './revocation-cache.ts';

/** An OCSP answer that was believed when it came. */
export type BelievedOcspAnswer = Exclude<OcspAnswer, { status: 'unusable' }>;

/**
 * `off`: none is sent, which lets responders answer from their store. `send`: a wrong one is refused, a missing
 * one is not. `demand`: a response without it is refused too.
 */
export type OcspNonce = 'off' | 'send' | 'demand';

export type OcspSourceOptions = {
  readonly fetch: OutboundFetch;
  readonly cache: RevocationCache<BelievedOcspAnswer>;
  /** Asked about delegated responders that are not exempt. */
  readonly responderStatus: RevocationSource;
  /** A responder asked for every certificate instead of the one that the certificate names. */
  readonly responder?: string | undefined;
  readonly nonce: OcspNonce;
  readonly certIdHash: CertIdHash;
  readonly clock: Clock;
  /** Told what a responder said of a certificate. */
  readonly onStatus: LastKnownStatus['remember'];
  readonly random: () => number;
  /** The most octets of one response. */
  readonly maxBytes: number;
  /** The most milliseconds that one exchange takes. */
  readonly timeoutMs: number;
};

const SKEW = 60_000;
const LONGEST_UNDETERMINED = 60_000;
const MOST_URIS = 4;
const MOST_RESPONDERS = 1000;
/** What a response and its certificates take in memory, octets: an estimate for the cache's bound. */
const SIZE = 4096;
const MEDIA_TYPE = 'application/ocsp-response';

/** Names what a decision depends on: the same answer with a later nextUpdate changes no decision. */
const digestOf = (answer: BelievedOcspAnswer): string =>
  answer.status === 'good' ? 'good' : `revoked ${answer.at} ${answer.reason}`;

const loadedFrom = (answer: BelievedOcspAnswer): Loaded<BelievedOcspAnswer> => ({
  value: answer,
  size: SIZE,
  digest: digestOf(answer),
  thisUpdate: answer.thisUpdate,
  nextUpdate: answer.nextUpdate,
  countsForGood: answer.status === 'revoked' && isPermanentRevocation(answer),
});

/** OCSP responders as a source of revocation status: asked by POST (RFC 6960 Appendix A.1), one certificate each. */
export function createOcspSource(options: OcspSourceOptions): RevocationSource {
  const { fetch, cache, responderStatus, nonce, certIdHash, clock, random } = options;
  const { onStatus, maxBytes, timeoutMs } = options;
  /** Responders that did not answer: a dead one is not waited for anew for every certificate. */
  const silent = new LRUCache<string, { failures: number; until: number; error: OutboundRefused }>({
    max: MOST_RESPONDERS,
  });

  async function exchange(url: string, request: OcspRequest): Promise<Uint8Array> {
    const known = silent.get(url);
    if (known && clock() < known.until) throw known.error;
    try {
      const { body } = await fetch({
        purpose: 'revocation',
        url,
        method: 'POST',
        headers: { 'content-type': 'application/ocsp-request' },
        body: encodeOcspRequest(request),
        accept: [MEDIA_TYPE],
        maxBytes,
        timeoutMs,
        allowPlainHttp: true,
      });
      silent.delete(url);
      return body;
    } catch (error) {
      if (error instanceof OutboundRefused) {
        const failures = (silent.get(url)?.failures ?? 0) + 1;
        silent.set(url, { failures, until: clock() + backoffDelay(failures, random), error });
      }
      throw error;
    }
  }

  /** What is wrong with believing the responder (RFC 6960 §4.2.2.2.1), and until when nothing is. */
  async function responderProblem(
    responder: OcspResponder,
    issuer: Certificate,
    above: readonly Certificate[],
  ): Promise<RevocationProblem | undefined> {
    if (responder.kind === 'issuer' || responder.exempt) return undefined;
    const { certificate } = responder;
    const { subject, revocationInformation } = certificate;
    const status = await responderStatus.statusOf(certificate, issuer, clock(), above);
    if (status.status === 'good') return undefined;
    if (status.status === 'revoked') {
      const detail = `the responder ${subject} was revoked at ${timeText(status.at)} (${status.reason})`;
      return { because: 'signer-revoked', detail };
    }
    // A CA that names no CRL for its responder, nor exempts it, offers nothing to ask: local policy, believed.
    if (revocationInformation.distributionPoints.length === 0) return undefined;
    const why = status.why.map(({ detail }) => detail).join('; ');
    return {
      because: 'signer-status-undetermined',
      detail: `the status of the responder ${subject}: ${why}`,
    };
  }

  async function load(
    url: string,
    certificate: Certificate,
    issuer: Certificate,
    above: readonly Certificate[],
  ): Promise<Loaded<BelievedOcspAnswer>> {
    const certId = certIdOf(certificate, issuer, certIdHash);
    const request = nonce === 'off' ? { certId } : { certId, nonce: newOcspNonce() };
    const response = await exchange(url, request);
    const answer = statusByOcsp({
      request,
      issuer,
      response,
      at: clock(),
      maxBytes,
      nonceDemanded: nonce === 'demand',
      skew: SKEW,
    });
    if (answer.status === 'unusable') throw new UnusableRevocationData(answer.why);
    const problem = await responderProblem(answer.responder, issuer, above);
    if (problem) throw new UnusableRevocationData([problem]);
    return loadedFrom(answer);
  }

  function statusAt(answer: BelievedOcspAnswer, at: number): RevocationStatus {
    if (answer.thisUpdate > at + SKEW) {
      return unusableStatus(
        'not-yet-valid',
        `valid from ${timeText(answer.thisUpdate)}, it is ${timeText(at)}`,
      );
    }
    const outdated = answer.nextUpdate < at - SKEW;
    if (answer.status === 'revoked' && (!outdated || isPermanentRevocation(answer))) {
      return { status: 'revoked', at: answer.at, reason: answer.reason, until: answer.until };
    }
    if (outdated || answer.status === 'revoked') {
      return unusableStatus('expired', `valid until ${timeText(answer.nextUpdate)}, it is ${timeText(at)}`);
    }
    return { status: 'good', until: answer.until };
  }

  async function ask(
    certificate: Certificate,
    issuer: Certificate,
    at: number,
    above: readonly Certificate[],
  ): Promise<RevocationStatus> {
    const { ocspUris } = certificate.revocationInformation;
    const uris =
      options.responder === undefined
        ? ocspUris.filter((uri) => /^https?:\/\//i.test(uri))
        : [options.responder];
    if (uris.length === 0) {
      return {
        ...unusableStatus('no-source', 'the certificate names no OCSP responder'),
        retryAt: Number.POSITIVE_INFINITY,
      };
    }
    const why: RevocationProblem[] = [];
    let retryAt = at + LONGEST_UNDETERMINED;
    const number = Buffer.from(certificate.fields.serialNumber).toString('hex');
    for (const url of uris.slice(0, MOST_URIS)) {
      const held = await cache.get(`${url} ${issuer.thumbprint} ${number}`, {
        kind: 'ocsp',
        location: url,
        serial: number,
        load: () => load(url, certificate, issuer, above),
      });
      const status = held.value && statusAt(held.value, at);
      if (status && status.status !== 'unusable') {
        onStatus(certificate, issuer, status);
        return { ...status, until: Math.min(status.until, Math.max(at, held.recheckAt)) };
      }
      const problems = [...held.problems, ...(status?.why ?? [])];
      why.push(...problems.map(({ because, detail }) => ({ because, detail: `${url}: ${detail}` })));
      retryAt = Math.min(retryAt, held.recheckAt);
    }
    return { status: 'unusable', why, retryAt: Math.max(at, retryAt) };
  }

  return {
    name: 'ocsp',
    async statusOf(certificate, issuer, at, above) {
      try {
        return await ask(certificate, issuer, at, above);
      } catch (error) {
        if (error instanceof MalformedCertificate) return unusableStatus('malformed', error.message);
        throw error;
      }
    },
  };
}
