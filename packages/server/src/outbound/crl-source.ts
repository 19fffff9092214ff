import { createHash } from 'node:crypto';
import { type Certificate, MalformedCertificate } from '@countersign/x509';
import {
  Crl,
  type RevocationProblem,
  type RevocationSource,
  type RevocationStatus,
  statusByCrls,
  unusableStatus,
} from '@countersign/x509/revocation';
import type { Clock } from '../clock.ts';
import type { LastKnownStatus } from './last-known-status.ts';
import type { OutboundFetch } from './outbound-fetch.ts';
import type { Held, Loaded, RevocationCache } from './revocation-cache.ts';

export type CrlSourceOptions = {
  readonly fetch: OutboundFetch;
  readonly readFile: (path: string) => Promise<Uint8Array>;
  readonly cache: RevocationCache<Crl>;
  /** Paths of CRLs, DER or PEM, complete or delta. */
  readonly files: readonly string[];
  /** Certificates that may have signed CRLs beside those of the path: indirect CRLs, key rollover. */
  readonly signers: () => readonly Certificate[];
  readonly clock: Clock;
  /** Told what the CRLs at hand say of a certificate. */
  readonly onStatus: LastKnownStatus['remember'];
  /** The most octets of one CRL. */
  readonly maxBytes: number;
  /** The most milliseconds that one fetch takes. */
  readonly timeoutMs: number;
};

/** How soon a changed file is seen: read again at the next renewal after this, milliseconds. */
const FILE_REFRESH = 30_000;
/** The longest that "cannot tell" is believed without asking again, milliseconds. */
const LONGEST_UNDETERMINED = 60_000;
/** Places asked for one certificate: a certificate cannot make this server call half the Internet. */
const MOST_URIS = 8;

const isHttp = (uri: string): boolean => /^https?:\/\//i.test(uri);

const loadedFrom = (crl: Crl, bytes: Uint8Array): Loaded<Crl> => ({
  value: crl,
  size: crl.size,
  digest: createHash('sha256').update(bytes).digest('base64url'),
  thisUpdate: crl.thisUpdate,
  nextUpdate: crl.nextUpdate,
});

type Gathered = { crls: Crl[]; problems: RevocationProblem[]; recheckAt: number };

/**
 * CRLs as sources of revocation status. `files` answers from files alone and never waits for the network;
 * `distributionPoints` fetches what the certificate names, and delta CRLs, and counts the files in.
 */
export type CrlSources = {
  readonly files: RevocationSource;
  readonly distributionPoints: RevocationSource;
  /** Reads the files for the first time, so that they are listed and renewed. Never rejects. */
  readonly openFiles: () => Promise<void>;
};

export function createCrlSources(options: CrlSourceOptions): CrlSources {
  const { cache, fetch, readFile, files, signers, clock, onStatus, maxBytes, timeoutMs } = options;

  const fromFile = (path: string): Promise<Held<Crl>> =>
    cache.get(`file ${path}`, {
      kind: 'crl',
      location: path,
      permanent: true,
      load: async () => {
        const bytes = await readFile(path);
        return { ...loadedFrom(Crl.parse(bytes, maxBytes), bytes), refreshAt: clock() + FILE_REFRESH };
      },
    });

  const fromUri = (uri: string): Promise<Held<Crl>> =>
    cache.get(`uri ${uri}`, {
      kind: 'crl',
      location: uri,
      load: async () => {
        const { body } = await fetch({
          purpose: 'revocation',
          url: uri,
          maxBytes,
          timeoutMs,
          allowPlainHttp: true,
        });
        return loadedFrom(Crl.parse(body, maxBytes), body);
      },
    });

  function add(gathered: Gathered, location: string, { value, problems, recheckAt }: Held<Crl>): void {
    if (value) gathered.crls.push(value);
    gathered.problems.push(
      ...problems.map(({ because, detail }) => ({ because, detail: `${location}: ${detail}` })),
    );
    gathered.recheckAt = Math.min(gathered.recheckAt, recheckAt);
  }

  async function gatherFiles(): Promise<Gathered> {
    const gathered: Gathered = { crls: [], problems: [], recheckAt: Number.POSITIVE_INFINITY };
    const held = await Promise.all(files.map(fromFile));
    for (const [index, each] of held.entries()) add(gathered, files[index] ?? '', each);
    return gathered;
  }

  /** The first of several places of one CRL that has it. */
  async function gatherFirst(gathered: Gathered, uris: readonly string[]): Promise<void> {
    for (const uri of uris) {
      const held = await fromUri(uri);
      add(gathered, uri, held);
      if (held.value && held.problems.length === 0) return;
    }
  }

  async function gather(certificate: Certificate): Promise<Gathered> {
    const { distributionPoints, freshestUris } = certificate.revocationInformation;
    const gathered = await gatherFiles();
    const unfetched = distributionPoints.flatMap(({ uris }) => uris).filter((uri) => !isHttp(uri));
    for (const uri of unfetched.slice(0, MOST_URIS)) {
      gathered.problems.push({ because: 'unreachable', detail: `${uri}: only http and https are fetched` });
    }
    let left = MOST_URIS;
    const points = distributionPoints.map(({ uris }) => {
      const own = uris.filter(isHttp).slice(0, left);
      left -= own.length;
      return own;
    });
    await Promise.all(points.map((uris) => gatherFirst(gathered, uris)));
    const freshest = new Set([...freshestUris, ...gathered.crls.flatMap((crl) => crl.freshestUris)]);
    const deltas = [...freshest].filter(isHttp).slice(0, MOST_URIS);
    // Without its delta a current CRL still answers, so that a missing one is no problem to report.
    for (const { value, recheckAt } of await Promise.all(deltas.map(fromUri))) {
      if (value) gathered.crls.push(value);
      gathered.recheckAt = Math.min(gathered.recheckAt, recheckAt);
    }
    return gathered;
  }

  function answer(
    gathered: Gathered,
    certificate: Certificate,
    issuer: Certificate,
    at: number,
    above: readonly Certificate[],
  ): RevocationStatus {
    const status = statusByCrls({
      certificate,
      issuer,
      above,
      crls: gathered.crls,
      signers: signers(),
      at,
    });
    if (status.status !== 'unusable') {
      onStatus(certificate, issuer, status);
      return { ...status, until: Math.min(status.until, Math.max(at, gathered.recheckAt)) };
    }
    const nothing = status.why.every(({ because }) => because === 'no-source');
    return {
      status: 'unusable',
      why:
        nothing && gathered.problems.length > 0 ? gathered.problems : [...status.why, ...gathered.problems],
      retryAt: Math.max(at, Math.min(gathered.recheckAt, at + LONGEST_UNDETERMINED)),
    };
  }

  const source = (
    name: string,
    gatherFor: (certificate: Certificate) => Promise<Gathered>,
  ): RevocationSource => ({
    name,
    async statusOf(certificate, issuer, at, above) {
      try {
        return answer(await gatherFor(certificate), certificate, issuer, at, above);
      } catch (error) {
        if (error instanceof MalformedCertificate) return unusableStatus('malformed', error.message);
        throw error;
      }
    },
  });

  return {
    files: source('crl-file', gatherFiles),
    distributionPoints: source('crl', gather),
    openFiles: async () => {
      await gatherFiles();
    },
  };
}
