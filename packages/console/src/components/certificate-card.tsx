import type { ReactNode } from 'react';
import type { Certificate, Chain, Finding } from '../api/admin-api.ts';
import { text } from '../words/words.tsx';
import { AllEvents } from './all-events.tsx';
import { CopyValue } from './copy.tsx';
import { Icon } from './icon.tsx';
import { FindingText } from './server-text.tsx';
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
          <strong>{text('component.nevervalid')}</strong>
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
      ? text('component.validfrom', { distance: fromNow(from) })
      : daysLeft < 0
        ? text('component.expireddistance', { distance: fromNow(until) })
        : text('component.expiresdistance', { distance: fromNow(until) });
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
  if (key_bits !== undefined)
    return text('component.bits', { type: key_type.toUpperCase(), bits: String(key_bits) });
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
    <article className="certificate" aria-label={text('component.certificatename', { subject })}>
      <header>
        <Icon name="certificate" size={26} />
        <div className="certificate-name">
          <strong>{commonNameOf(subject)}</strong>
          <span className="quiet">
            {self_signed
              ? text('component.selfsigned')
              : text('component.issuedby', { issuer: commonNameOf(issuer) })}
          </span>
        </div>
        {actions}
      </header>
      <ValidityBar from={certificate.not_before} until={certificate.not_after} />
      {findings.length > 0 && (
        <ul className="findings">
          {findings.map((finding) => (
            <li key={finding.code + finding.message}>
              <Notice kind={finding.severity}>
                <FindingText finding={finding} />
              </Notice>
            </li>
          ))}
        </ul>
      )}
      <dl className="facts">
        <Row name={text('common.subject')}>{subject}</Row>
        {certificate.unreadable && (
          <Row name={text('component.cannotberead')}>
            {certificate.unreadable.map(({ field, reason }) => `${field}: ${reason}`).join('; ')}
          </Row>
        )}
        {!self_signed && <Row name={text('common.issuer')}>{issuer}</Row>}
        {names.length > 0 && (
          <Row name={text('component.alternativenames')}>
            <span className="chips">
              {names.map(({ type, value }) => (
                <Badge key={type + value}>
                  {type} {value}
                </Badge>
              ))}
            </span>
          </Row>
        )}
        <Row name={text('common.key')}>{keyOf(certificate)}</Row>
        <Row name="x5t#S256">
          <CopyValue value={certificate['x5t#S256']} what={text('component.thumbprint')} />{' '}
          <AllEvents
            narrowed={{ certificate: certificate['x5t#S256'] }}
            label={text('audit.all.of', { name: commonNameOf(subject) })}
          />
        </Row>
      </dl>
      <details>
        <summary>{text('component.alldetails')}</summary>
        <dl className="facts">
          <Row name={text('component.opensslform')}>
            <CopyValue value={certificate.fingerprint_sha256} what={text('component.sha256')} />
          </Row>
          <Row name="SHA-1">
            <CopyValue value={certificate.fingerprint_sha1} what={text('component.sha1')} />
          </Row>
          <Row name={text('component.serial')}>
            <CopyValue value={certificate.serial_number} what={text('component.serialvalue')} />
          </Row>
          {certificate.key_usage && (
            <Row name={text('component.keyusage')}>{certificate.key_usage.join(', ')}</Row>
          )}
          {certificate.extended_key_usage && (
            <Row name={text('component.extendedkeyusage')}>{certificate.extended_key_usage.join(', ')}</Row>
          )}
          <Row name={text('component.isca')}>
            {certificate.is_ca ? text('common.yes') : text('common.no')}
          </Row>
          <Row name="PEM">
            <CopyValue value={certificate.pem} what="PEM" />
          </Row>
        </dl>
      </details>
      {chain && <ChainTree chain={chain} selfSigned={self_signed} />}
    </article>
  );
}

const LINKS = {
  'client certificate': 'component.clientcertificate',
  intermediate: 'component.intermediate',
  'trust anchor': 'component.anchor',
} as const;

/** From the trust anchor down to the client's certificate, and where the chain breaks off. */
export function ChainTree({ chain, selfSigned }: { readonly chain: Chain; readonly selfSigned: boolean }) {
  if (selfSigned && !chain.trusted && chain.path.length <= 1) {
    return <p className="quiet chain-note">{text('component.chainself')}</p>;
  }
  const downward = chain.path.toReversed();
  return (
    <section className="chain" aria-label={text('component.chain')}>
      <h4>{text('component.chain')}</h4>
      <ol>
        {!chain.trusted && (
          <li className="broken">
            <Icon name="error" size={16} />
            <span>{text('component.noanchor')}</span>
          </li>
        )}
        {downward.map((item) => (
          <li key={item['x5t#S256']}>
            <Icon name={item.role === 'trust anchor' ? 'trust' : 'certificate'} size={16} />
            <span>
              {commonNameOf(item.subject)} <span className="quiet">{text(LINKS[item.role])}</span>
            </span>
          </li>
        ))}
      </ol>
      {chain.problem && (
        <p className="quiet">
          {text('component.chainproblem', {
            reason: chain.problem.reason.replaceAll('-', ' '),
            subject: commonNameOf(chain.problem.subject),
            expected: chain.problem.expected,
            presented: chain.problem.presented,
          })}
        </p>
      )}
      {chain.no_authority?.map(({ entry, why, 'x5t#S256': thumbprint }) => (
        <p key={thumbprint}>{text('component.noauthority', { entry, why })}</p>
      ))}
    </section>
  );
}
