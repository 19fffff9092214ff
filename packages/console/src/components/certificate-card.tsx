import type { ReactNode } from 'react';
import type { Certificate, Chain, Finding } from '../api/admin-api.ts';
import { CopyValue } from './copy.tsx';
import { Icon } from './icon.tsx';
import { Badge, Notice } from './states.tsx';
import { dateOf, fromNow } from './time.tsx';

/** A distinguished name on one line: attributes with a comma and a space between, commas of values escaped. */
const ATTRIBUTES = /(?<=^|, )(?<!\\, )(?:[^,\\]|\\.)+(?=, |$)/g;

/** The common name within a name on one line, or the whole where there is none, such as that of an empty subject. */
export function commonNameOf(name: string): string {
  if (!/^[A-Za-z0-9.-]+=/.test(name)) return name;
  const common = name.match(ATTRIBUTES)?.find((attribute) => attribute.startsWith('CN='));
  return common?.slice('CN='.length).replaceAll(/\\(.)/g, '$1') ?? name;
}

/** Where now stands between a certificate's first and last moment. */
export function ValidityBar({
  from,
  until,
}: {
  readonly from: string | undefined;
  readonly until: string | undefined;
}) {
  const begin = Date.parse(from ?? '');
  const end = Date.parse(until ?? '');
  if (Number.isNaN(begin) || Number.isNaN(end)) {
    return (
      <div className="validity bad">
        <div className="validity-ends">
          <span>{dateOf(from)}</span>
          <strong>never valid</strong>
          <span>{dateOf(until)}</span>
        </div>
      </div>
    );
  }
  const share = Math.min(1, Math.max(0, (Date.now() - begin) / Math.max(end - begin, 1)));
  const daysLeft = (end - Date.now()) / 86_400_000;
  const tone = daysLeft < 0 ? 'bad' : daysLeft < 30 ? 'warn' : 'good';
  const words =
    Date.now() < begin
      ? `valid ${fromNow(from)}`
      : daysLeft < 0
        ? `expired ${fromNow(until)}`
        : `expires ${fromNow(until)}`;
  return (
    <div className={`validity ${tone}`}>
      <div className="validity-ends">
        <span>{dateOf(from)}</span>
        <strong>{words}</strong>
        <span>{dateOf(until)}</span>
      </div>
      <svg className="validity-bar" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">
        <rect className="track" width="100" height="6" />
        <rect className="spent" width={Math.max(share * 100, 1.5)} height="6" />
      </svg>
    </div>
  );
}

function keyOf({ key_type, key_bits, key_curve }: Certificate): string {
  if (key_bits !== undefined) return `${key_type.toUpperCase()} ${key_bits} bits`;
  return key_curve === undefined ? key_type : `${key_type.toUpperCase()} ${key_curve}`;
}

function Row({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** A certificate as a person reads it. */
export function CertificateCard({
  certificate,
  findings = [],
  chain,
  actions,
}: {
  readonly certificate: Certificate;
  readonly findings?: readonly Finding[];
  readonly chain?: Chain;
  readonly actions?: ReactNode;
}) {
  const { subject, issuer, self_signed, subject_alternative_names: names } = certificate;
  return (
    <article className="certificate" aria-label={`Certificate ${subject}`}>
      <header>
        <Icon name="certificate" size={26} />
        <div className="certificate-name">
          <strong>{commonNameOf(subject)}</strong>
          <span className="quiet">{self_signed ? 'self-signed' : `issued by ${commonNameOf(issuer)}`}</span>
        </div>
        {actions}
      </header>
      <ValidityBar from={certificate.not_before} until={certificate.not_after} />
      {findings.length > 0 && (
        <ul className="findings">
          {findings.map((finding) => (
            <li key={finding.code + finding.message}>
              <Notice kind={finding.severity}>{finding.message}</Notice>
            </li>
          ))}
        </ul>
      )}
      <dl className="facts">
        <Row name="Subject">{subject}</Row>
        {certificate.unreadable && (
          <Row name="Cannot be read">
            {certificate.unreadable.map(({ field, reason }) => `${field}: ${reason}`).join('; ')}
          </Row>
        )}
        {!self_signed && <Row name="Issuer">{issuer}</Row>}
        {names.length > 0 && (
          <Row name="Alternative names">
            <span className="chips">
              {names.map(({ type, value }) => (
                <Badge key={type + value}>
                  {type} {value}
                </Badge>
              ))}
            </span>
          </Row>
        )}
        <Row name="Key">{keyOf(certificate)}</Row>
        <Row name="x5t#S256">
          <CopyValue value={certificate['x5t#S256']} what="x5t#S256 thumbprint" />
        </Row>
      </dl>
      <details>
        <summary>All details</summary>
        <dl className="facts">
          <Row name="SHA-256 as openssl prints it">
            <CopyValue value={certificate.fingerprint_sha256} what="SHA-256 fingerprint" />
          </Row>
          <Row name="SHA-1">
            <CopyValue value={certificate.fingerprint_sha1} what="SHA-1 fingerprint" />
          </Row>
          <Row name="Serial number">
            <CopyValue value={certificate.serial_number} what="serial number" />
          </Row>
          {certificate.key_usage && <Row name="Key usage">{certificate.key_usage.join(', ')}</Row>}
          {certificate.extended_key_usage && (
            <Row name="Extended key usage">{certificate.extended_key_usage.join(', ')}</Row>
          )}
          <Row name="Certificate authority">{certificate.is_ca ? 'yes' : 'no'}</Row>
          <Row name="PEM">
            <CopyValue value={certificate.pem} what="PEM" />
          </Row>
        </dl>
      </details>
      {chain && <ChainTree chain={chain} selfSigned={self_signed} />}
    </article>
  );
}

/** From the trust anchor down to the client's certificate, and where the chain breaks off. */
export function ChainTree({ chain, selfSigned }: { readonly chain: Chain; readonly selfSigned: boolean }) {
  if (selfSigned && !chain.trusted && chain.path.length <= 1) {
    return (
      <p className="quiet chain-note">
        Self-signed: it rests on its own thumbprint, no authority is asked (RFC 8705 §2.2).
      </p>
    );
  }
  const downward = chain.path.toReversed();
  return (
    <section className="chain" aria-label="Chain">
      <h4>Chain</h4>
      <ol>
        {!chain.trusted && (
          <li className="broken">
            <Icon name="error" size={16} />
            <span>No trust anchor</span>
          </li>
        )}
        {downward.map((item) => (
          <li key={item['x5t#S256']}>
            <Icon name={item.role === 'trust anchor' ? 'trust' : 'certificate'} size={16} />
            <span>
              {commonNameOf(item.subject)} <span className="quiet">{item.role}</span>
            </span>
          </li>
        ))}
      </ol>
      {chain.problem && (
        <p className="quiet">
          {chain.problem.reason.replaceAll('-', ' ')} at {commonNameOf(chain.problem.subject)}: expected{' '}
          {chain.problem.expected}, found {chain.problem.presented}.
        </p>
      )}
      {chain.no_authority?.map(({ entry, why, 'x5t#S256': thumbprint }) => (
        <p key={thumbprint}>
          The entry {entry} of the trust store bears the issuer’s name and vouches for nobody: {why}.
        </p>
      ))}
    </section>
  );
}
