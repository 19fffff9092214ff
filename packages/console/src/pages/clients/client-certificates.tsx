import { useMutation, useQueries } from '@tanstack/react-query';
import { useState } from 'react';
import type { Certificate, Client } from '../../api/admin-api.ts';
import { changes, queries } from '../../api/queries.ts';
import { Button } from '../../components/button.tsx';
import { CertificateCard } from '../../components/certificate-card.tsx';
import { Empty, Failed, Loading } from '../../components/states.tsx';
import { useToasts } from '../../components/toast.tsx';
import { useMay } from '../../session/me.tsx';
import { text } from '../../words/words.tsx';
import { AddCertificateDialog } from './add-certificate-dialog.tsx';
import { CertificateTimeline } from './certificate-timeline.tsx';
import { PublishedKeys } from './published-keys.tsx';

/** The registered certificates of a client; several at once while one takes over from another. */
export function ClientCertificates({ client }: { readonly client: Client }) {
  const may = useMay();
  const toasts = useToasts();
  const [adding, setAdding] = useState(false);
  const { client_id } = client;
  const { mutateAsync: addCertificates } = useMutation(changes.changeClient);
  const { mutateAsync: removeCertificate } = useMutation(changes.removeCertificate);
  const editable = may('clients:write') && !client.built_in;
  const remove = async ({ pem, 'x5t#S256': thumbprint }: Certificate) => {
    try {
      await removeCertificate({ client_id, thumbprint });
      toasts.done(text('client.certificateremoved'), () =>
        addCertificates({ client_id, add_certificates: [pem] }),
      );
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
            {text('client.addcertificate')}
          </Button>
        </div>
      )}
      {certificates.length > 1 && <CertificateTimeline certificates={certificates} />}
      {certificates.length === 0 && client.jwks_uri === undefined && (
        <Empty title={text('client.nocertificate')} icon="certificate">
          <p>
            {text(
              client.token_endpoint_auth_method === 'tls_client_auth'
                ? 'client.knownbyname'
                : 'client.couldcertificate',
            )}
          </p>
        </Empty>
      )}
      {certificates.map((certificate) => (
        <CertificateCard
          key={certificate['x5t#S256']}
          certificate={certificate}
          actions={
            editable && (
              <Button small icon="trash" onClick={() => void remove(certificate)}>
                {text('common.remove')}
              </Button>
            )
          }
        />
      ))}
      <TrustAnchors client={client} />
      {client.jwks_uri !== undefined && <PublishedKeys jwks_uri={client.jwks_uri} />}
      {adding && (
        <AddCertificateDialog
          client={client}
          onClose={() => setAdding(false)}
          onAdd={(pems) => addCertificates({ client_id, add_certificates: [...pems] })}
        />
      )}
    </>
  );
}

/** The authorities that the certificate of this one client must chain to. */
function TrustAnchors({ client: { trust_anchors } }: { readonly client: Client }) {
  const looks = useQueries({
    queries: trust_anchors.map((certificate) => queries.certificateCheck({ certificate })),
  });
  if (trust_anchors.length === 0) return null;
  return (
    <section>
      <h3>{text('client.anchors')}</h3>
      <p className="quiet">{text('client.anchorstext')}</p>
      {looks.map(({ data, error }, index) =>
        data ? (
          <CertificateCard key={data.certificate['x5t#S256']} certificate={data.certificate} />
        ) : (
          // biome-ignore lint/suspicious/noArrayIndexKey: an anchor is its place
          <div key={index}>{error ? <Failed error={error} /> : <Loading rows={2} />}</div>
        ),
      )}
    </section>
  );
}
