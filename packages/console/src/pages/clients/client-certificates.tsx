import { useState } from 'react';
import { pathOf, request } from '../../api/request.ts';
import { invalidate } from '../../api/resource.ts';
import type { Certificate, Client, JwksPreview } from '../../api/types.ts';
import { Button } from '../../components/button.tsx';
import { CertificateCard } from '../../components/certificate-card.tsx';
import { CertificateInput } from '../../components/certificate-input.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Empty, Notice } from '../../components/states.tsx';
import { dateOf } from '../../components/time.tsx';
import { useToasts } from '../../components/toast.tsx';
import { useMay } from '../../session/me.tsx';

const DAY_MS = 86_400_000;

/** When certificates follow one another: how long each is good and where two overlap. */
function Rollover({ certificates }: { readonly certificates: readonly Certificate[] }) {
  const spans = certificates
    .map((certificate) => ({
      certificate,
      from: Date.parse(certificate.not_before),
      until: Date.parse(certificate.not_after),
    }))
    .toSorted((one, other) => one.until - other.until);
  const first = Math.min(...spans.map(({ from }) => from));
  const last = Math.max(...spans.map(({ until }) => until));
  const at = (time: number) => ((time - first) / Math.max(last - first, 1)) * 100;
  const [ending, following] = spans.slice(-2);
  const overlap =
    ending && following
      ? Math.floor((ending.until - Math.max(following.from, Date.now())) / DAY_MS)
      : undefined;
  return (
    <section className="card rollover" aria-label="Rollover">
      <h3>Rollover</h3>
      <svg viewBox={`0 0 100 ${spans.length * 12 + 4}`} preserveAspectRatio="none" aria-hidden="true">
        {spans.map(({ certificate, from, until }, index) => (
          <rect
            key={certificate['x5t#S256']}
            className="span"
            x={at(from)}
            width={Math.max(at(until) - at(from), 0.6)}
            y={index * 12 + 4}
            height="8"
          />
        ))}
        <line className="now" x1={at(Date.now())} x2={at(Date.now())} y1="0" y2={spans.length * 12 + 4} />
      </svg>
      <div className="rollover-ends">
        <span>{dateOf(new Date(first).toISOString())}</span>
        <span>{dateOf(new Date(last).toISOString())}</span>
      </div>
      {overlap !== undefined && ending && (
        <p className="quiet">
          {overlap >= 0
            ? `Both of the last two are good together for another ${overlap} days, until ${dateOf(ending.certificate.not_after)}. Move the client over in that time, then remove the old one.`
            : 'There is a gap between the last two: in it the client cannot authenticate.'}
        </p>
      )}
    </section>
  );
}

/** What stands at the client's JWKS URI now. */
function PublishedKeys({ jwks_uri }: { readonly jwks_uri: string }) {
  const may = useMay();
  const [answer, setAnswer] = useState<JwksPreview>();
  const [problem, setProblem] = useState<string>();
  const [busy, setBusy] = useState(false);
  const look = async () => {
    setBusy(true);
    setProblem(undefined);
    try {
      setAnswer(await request<JwksPreview>('POST', '/jwks/preview', { jwks_uri }));
    } catch (failure) {
      setProblem(failure instanceof Error ? failure.message : String(failure));
    }
    setBusy(false);
  };
  return (
    <section className="card">
      <h3>Published at its JWKS URI</h3>
      <p>
        <code>{jwks_uri}</code>
      </p>
      {may('admin:clients') && (
        <Button icon="refresh" busy={busy} onClick={() => void look()}>
          Fetch and preview
        </Button>
      )}
      {problem !== undefined && <Notice kind="error">{problem}</Notice>}
      {answer?.failure && <Notice kind="error">{answer.failure.message}</Notice>}
      {answer?.keys.map((key, index) =>
        key.certificate ? (
          <CertificateCard
            key={key.certificate['x5t#S256']}
            certificate={key.certificate}
            findings={key.findings}
          />
        ) : (
          <p key={key.kid ?? index}>
            <code>{key.kid ?? `key ${index + 1}`}</code> {key.kty}
          </p>
        ),
      )}
      {answer?.skipped.map((skipped) => (
        <Notice key={skipped.index} kind="warning">
          {skipped.message}
        </Notice>
      ))}
    </section>
  );
}

/** The registered certificates of a client; several at once while one takes over from another. */
export function ClientCertificates({ client }: { readonly client: Client }) {
  const may = useMay();
  const toasts = useToasts();
  const [adding, setAdding] = useState(false);
  const path = pathOf('clients', client.client_id);
  const editable = may('admin:clients') && !client.built_in;
  const save = async (certificates: readonly string[]) => {
    await request('PATCH', path, { certificates });
    invalidate('/clients', '/certificates');
  };
  const remove = async (index: number) => {
    try {
      await save(client.certificates.filter((_, place) => place !== index));
      toasts.done('The certificate is removed; it no longer authenticates.', () => save(client.certificates));
    } catch (failure) {
      toasts.failed(failure);
    }
  };
  const { certificate_details: certificates } = client;
  return (
    <>
      {editable && (
        <div className="toolbar">
          <Button icon="plus" onClick={() => setAdding(true)}>
            Add a certificate
          </Button>
        </div>
      )}
      {certificates.length > 1 && <Rollover certificates={certificates} />}
      {certificates.length === 0 && client.jwks_uri === undefined && (
        <Empty title="No certificate is registered." icon="certificate">
          <p>
            {client.token_endpoint_auth_method === 'tls_client_auth'
              ? 'It is known by a name in a certificate that a trusted CA issued.'
              : 'With one the client can authenticate in the TLS handshake, without a secret.'}
          </p>
        </Empty>
      )}
      {certificates.map((certificate, index) => (
        <CertificateCard
          key={certificate['x5t#S256']}
          certificate={certificate}
          actions={
            editable && (
              <Button small icon="trash" onClick={() => void remove(index)}>
                Remove
              </Button>
            )
          }
        />
      ))}
      {client.jwks_uri !== undefined && <PublishedKeys jwks_uri={client.jwks_uri} />}
      {adding && (
        <AddCertificateDialog
          client={client}
          onClose={() => setAdding(false)}
          onAdd={(pem) => save([...client.certificates, pem])}
        />
      )}
    </>
  );
}

function AddCertificateDialog({
  client,
  onAdd,
  onClose,
}: {
  readonly client: Client;
  readonly onAdd: (pem: string) => Promise<void>;
  readonly onClose: () => void;
}) {
  const toasts = useToasts();
  const [pem, setPem] = useState('');
  const [error, setError] = useState<string>();
  const [busy, setBusy] = useState(false);
  const add = async () => {
    setBusy(true);
    try {
      await onAdd(pem.trim());
      toasts.done('The certificate is added; it authenticates beside the others from now on.');
      onClose();
    } catch (failure) {
      setError(failure instanceof Error ? failure.message : String(failure));
      setBusy(false);
    }
  };
  return (
    <Dialog title={`Add a certificate to ${client.client_name}`} onClose={onClose} wide>
      <div className="dialog-body">
        <CertificateInput
          label="Application certificate"
          hint="It works beside those that are registered, so that the client can change over without a gap."
          value={pem}
          onChange={(value) => {
            setPem(value);
            setError(undefined);
          }}
          error={error}
          client_id={client.client_id}
        />
      </div>
      <footer>
        <Button onClick={onClose}>Cancel</Button>
        <Button look="primary" busy={busy} disabled={pem.trim() === ''} onClick={() => void add()}>
          Add
        </Button>
      </footer>
    </Dialog>
  );
}
