import { Certificate, certificatesIn, certificateToPem } from '@countersign/x509';
import { ownMember } from '../own-member.ts';
import { MovedRecord } from './record.ts';
import type { Answers, GivenCertificate, MovedItem, Source, ThingKind } from './source.ts';

const KINDS = MovedRecord.options.map(({ shape }) => shape.kind.value);

/** What is trusted, and what may stand before it. */
const UP_TO_TRUST: readonly ThingKind[] = [
  'server',
  ...KINDS.slice(0, KINDS.indexOf('trusted_certificate') + 1),
];

/** The thumbprint of what a source says is to be trusted; undefined where it cannot be read, which is judged later. */
function thumbprintOf({ record }: MovedItem): string | undefined {
  if (record?.kind !== 'trusted_certificate') return undefined;
  try {
    return certificatesIn(record.certificate)[0]?.thumbprint;
  } catch {
    return undefined;
  }
}

const itemOf = ({ alias, der, isAuthority }: GivenCertificate): MovedItem => {
  const certificate = certificateToPem(Certificate.fromDer(der));
  const role = isAuthority ? 'authority' : 'none';
  return {
    kind: 'trusted_certificate',
    name: alias,
    record: { kind: 'trusted_certificate', alias, certificate, role },
    findings: [
      {
        field: alias,
        ours: 'trust store',
        outcome: 'changed',
        why: isAuthority
          ? 'it vouches for clients, as you say'
          : 'it comes through the handshake and vouches for nobody: --authority names those that do',
      },
    ],
  };
};

/**
 * A source that also yields the certificates given beside the files, where it does not say itself what becomes of them;
 * and that fills the secrets which the operator gives.
 */
export const withGiven = (source: Source): Source => ({
  async *read(input) {
    const left = new Map(
      input.certificates.map((given) => [Certificate.fromDer(given.der).thumbprint, given] as const),
    );
    const given = () => {
      const items = [...left.values()].map(itemOf);
      left.clear();
      return items;
    };
    for await (const item of source.read(input)) {
      const said = thumbprintOf(item);
      if (said !== undefined) left.delete(said);
      if (!UP_TO_TRUST.includes(item.kind)) yield* given();
      yield withSecret(item, input.answers.clients);
    }
    yield* given();
  },
});

/** The item with the secret that the operator gives where the files lack it. */
function withSecret(item: MovedItem, answers: Answers['clients']): MovedItem {
  const { record } = item;
  if (record?.kind !== 'client' || record.secret !== undefined) return item;
  const value = ownMember(answers, record.client_id)?.client_secret;
  if (value === undefined) return item;
  return { ...item, record: { ...record, secret: { form: 'text', value } } };
}
