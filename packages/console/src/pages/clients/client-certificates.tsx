import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { Certificate, Client } from '../../api/admin-api.ts';
import { changes } from '../../api/queries.ts';
import { Button } from '../../components/button.tsx';
import { CertificateCard } from '../../components/certificate-card.tsx';
import { Empty } from '../../components/states.tsx';
import { useToasts } from '../../components/toast.tsx';
import { useMay } from '../../session/me.tsx';
import { AddCertificateDialog } from './add-certificate-dialog.tsx';
import { PublishedKeys } from './published-keys.tsx';
import { Rollover } from './rollover.tsx';

/** The registered certificates of a client; several at once while one takes over from another. */
export function ClientCertificates({ client }: { readonly client: Client }) {
  const may = useMay();
  const toasts = useToasts();
  const [adding, setAdding] = useState(false);
  const { client_id } = client;
  const { mutateAsync: addCertificate } = useMutation(changes.addCertificate);
  const { mutateAsync: removeCertificate } = useMutation(changes.removeCertificate);
  const editable = may('clients:write') && !client.built_in;
  const remove = async ({ pem, 'x5t#S256': thumbprint }: Certificate) => {
    try {
      await removeCertificate({ client_id, thumbprint });
      toasts.done('The certificate is removed; it no longer authenticates.', () =>
        addCertificate({ client_id, certificate: pem }),
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
      {certificates.map((certificate) => (
        <CertificateCard
          key={certificate['x5t#S256']}
          certificate={certificate}
          actions={
            editable && (
              <Button small icon="trash" onClick={() => void remove(certificate)}>
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
          onAdd={(pem) => addCertificate({ client_id, certificate: pem })}
        />
      )}
    </>
  );
}
