import { readFile } from 'node:fs/promises';
import { type Certificate, MalformedCertificate, MalformedDer, timeText } from '@countersign/x509';
import type { KeyStoreEntry } from '@countersign/x509/key-store';
import { Crl, SignatureBudget } from '@countersign/x509/revocation';
import type { LiveSettings } from '../../config/settings.ts';
import { type OutboundFetch, OutboundRefused } from '../../outbound/outbound-fetch.ts';
import { databaseAsSource, filesAsSource, sharesTrust } from '../../server/shared-trust.ts';
import { check } from './check.ts';
import type { Examination } from './examination.ts';
import { type Found, failed, messageOf, ok, warning } from './finding.ts';
import { inLanes, sampled } from './in-lanes.ts';
import { withOutbound } from './with-outbound.ts';

type TrustGroup = LiveSettings['trust_group'][number];

const MEBIBYTE = 1024 * 1024;
/** As a server reads them. */
const MOST_CRL = 32 * MEBIBYTE;
/** So many places are asked. */
const MOST_PLACES = 50;
const LANES = 16;
const PATIENCE_MS = 3_000;

const certificatesOf = (entries: readonly KeyStoreEntry[]): readonly Certificate[] =>
  entries.flatMap((entry) => (entry.kind === 'trusted-certificate' ? [entry.certificate] : entry.chain));

/** The certificates of a group, as the server would have them: those that nodes share, or those of the file. */
async function entriesOfGroups(
  examination: Examination,
): Promise<ReadonlyMap<string, readonly Certificate[]>> {
  const followed = await examination.stores();
  const storage = await examination.storage().catch(() => undefined);
  const source =
    storage !== undefined && sharesTrust(examination.configuration.atStart)
      ? databaseAsSource(followed, storage)
      : filesAsSource(followed);
  const { trustGroups } = await source.read();
  return new Map(Array.from(trustGroups, ([name, { trusted }]) => [name, certificatesOf(trusted)]));
}

/** Whether a certificate has a name; one that cannot be read has none. */
function isNamed(certificate: Certificate, name: Crl['issuer']): boolean {
  const subject = certificate.readField('subject');
  return subject.kind === 'value' && subject.value.equals(name);
}

/** Whether somebody in a group signed the CRL. */
function signatureFindings(what: string, crl: Crl, certificates: readonly Certificate[]): readonly Found[] {
  const named = certificates.filter((certificate) => isNamed(certificate, crl.issuer));
  if (named.length === 0) {
    return [
      warning(
        'crl_of_another_issuer',
        `${what} was issued by ${crl.issuer}, and no certificate of the group has that name`,
      ),
    ];
  }
  const budget = new SignatureBudget();
  const problems = named.map((signer) => {
    try {
      return crl.signatureProblem(signer, budget)?.reason;
    } catch (error) {
      if (error instanceof MalformedCertificate) return error.message;
      throw error;
    }
  });
  return problems.includes(undefined)
    ? []
    : [failed('crl_signature_wrong', `${what} is not signed by ${crl.issuer} of the group (${problems[0]})`)];
}

/** Whether a CRL says something now. */
function timeFindings(what: string, crl: Crl, now: number, isUsed: boolean): readonly Found[] {
  const told = isUsed ? failed : warning;
  if (crl.thisUpdate > now) {
    return [told('crl_not_yet_valid', `${what} is valid from ${timeText(crl.thisUpdate)}`)];
  }
  if (crl.nextUpdate !== undefined && crl.nextUpdate < now) {
    return [told('crl_expired', `${what} expired on ${timeText(crl.nextUpdate)}`)];
  }
  return [];
}

/** The CRL files of the trust groups. */
export const crlFilesCheck = check('revocation', async (examination) => {
  const { configuration, clock } = examination;
  const groups = configuration.now().trust_group.filter(({ crl_file }) => crl_file !== undefined);
  if (groups.length === 0) return [ok('no CRL files')];
  const certificates = await entriesOfGroups(examination);
  const found = await Promise.all(
    groups.map(async ({ name, crl_file = '', revocation }): Promise<readonly Found[]> => {
      const what = `the CRL ${crl_file} of [[trust_group]] ${name}`;
      const bytes = await readFile(crl_file).catch(() => undefined);
      // What cannot be read at all is told as what cannot be used.
      if (bytes === undefined) return [];
      try {
        const crl = Crl.parse(bytes, MOST_CRL);
        const wrong = [
          ...timeFindings(what, crl, clock(), revocation !== 'off'),
          ...signatureFindings(what, crl, certificates.get(name) ?? []),
        ];
        if (wrong.length > 0) return wrong;
        const until = crl.nextUpdate === undefined ? 'without an end' : `until ${timeText(crl.nextUpdate)}`;
        return [ok(`${what} is current, ${until}`)];
      } catch (error) {
        if (!(error instanceof MalformedDer)) throw error;
        return [failed('crl_unreadable', `${what} is not a CRL: ${error.message}`)];
      }
    }),
  );
  return found.flat();
});

/** A place that certificates of a group name, and what is expected there. */
type Place = {
  readonly url: string;
  readonly kind: 'CRL' | 'OCSP responder';
  readonly by: string;
  readonly rule: TrustGroup['revocation'];
};

const isHttp = (url: string): boolean => /^https?:\/\//i.test(url);

function placesOf(groups: readonly TrustGroup[], certificates: ReadonlyMap<string, readonly Certificate[]>) {
  const places = new Map<string, Place>();
  for (const { name, revocation } of groups) {
    if (revocation === 'off') continue;
    for (const certificate of certificates.get(name) ?? []) {
      const { distributionPoints, ocspUris } = informationOf(certificate);
      const by = `${certificate.subject} of [[trust_group]] ${name}`;
      const add = (kind: Place['kind'], urls: readonly string[]) => {
        for (const url of urls.filter(isHttp)) places.set(url, { url, kind, by, rule: revocation });
      };
      add(
        'CRL',
        distributionPoints.flatMap(({ uris }) => uris),
      );
      add('OCSP responder', ocspUris);
    }
  }
  return [...places.values()];
}

function informationOf(
  certificate: Certificate,
): Pick<Certificate['revocationInformation'], 'distributionPoints' | 'ocspUris'> {
  try {
    return certificate.revocationInformation;
  } catch (error) {
    if (error instanceof MalformedCertificate) return { distributionPoints: [], ocspUris: [] };
    throw error;
  }
}

/** What a place of revocation comes to. Any answer of a responder shows that it is there: nobody is asked about. */
async function placeFinding(
  fetch: OutboundFetch,
  { url, kind, by }: Place,
  now: number,
): Promise<readonly Found[]> {
  const what = `the ${kind} ${url} that ${by} names`;
  try {
    const { body } = await fetch({
      purpose: 'revocation',
      url,
      maxBytes: kind === 'CRL' ? MOST_CRL : MEBIBYTE,
      timeoutMs: PATIENCE_MS,
      allowPlainHttp: true,
    });
    if (kind === 'OCSP responder') return [];
    const crl = Crl.parse(body, MOST_CRL);
    return timeFindings(what, crl, now, false);
  } catch (error) {
    if (error instanceof MalformedDer)
      return [warning('crl_unreadable', `${what} is not a CRL: ${error.message}`)];
    if (!(error instanceof OutboundRefused)) throw error;
    if (error.because === 'address-not-allowed') {
      return [failed('revocation_place_not_allowed', `${what}: ${error.message}`)];
    }
    const isThere = kind === 'OCSP responder' && ['status', 'media-type', 'redirect'].includes(error.because);
    return isThere ? [] : [warning('revocation_place_unreachable', `${what}: ${messageOf(error)}`)];
  }
}

/** The distribution points and responders that the authorities of trust groups name, through the rules of `[outbound]`. */
export const revocationPlacesCheck = check(
  'revocation',
  async (examination) => {
    const { configuration, clock } = examination;
    const places = placesOf(configuration.now().trust_group, await entriesOfGroups(examination));
    if (places.length === 0) return [];
    const asked = sampled(places, MOST_PLACES);
    const found = await withOutbound(examination, (fetch) =>
      inLanes(asked, LANES, (place) => placeFinding(fetch, place, clock())),
    );
    const of = asked.length < places.length ? ` of ${places.length}` : '';
    return [ok(`${asked.length}${of} places of CRLs and OCSP responders were looked at`), ...found.flat()];
  },
  { asksOthers: true, limit: 45_000 },
);
