import { useState } from 'react';
import type { Client, IssuedClient } from '../../api/admin-api.ts';
import { Button } from '../../components/button.tsx';
import { CertificateInput } from '../../components/certificate-input.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { useToasts } from '../../components/toast.tsx';

/** Takes another certificate of a client. */
export function AddCertificateDialog({
  client,
  onAdd,
  onClose,
}: {
  readonly client: Client;
  readonly onAdd: (pem: string) => Promise<IssuedClient>;
  readonly onClose: () => void;
}) {
  const toasts = useToasts();
  const [pem, setPem] = useState('');
  const [error, setError] = useState<string>();
  const [busy, setBusy] = useState(false);
  const add = async () => {
    setBusy(true);
    try {
      const { warnings = [], certificate_details: certificates } = await onAdd(pem.trim());
      // The server says of a certificate that it had already, and stores it once.
      if (certificates.length > client.certificate_details.length) {
        toasts.done('The certificate is added; it authenticates beside the others from now on.');
      }
      for (const { message, field } of warnings) toasts.failed(`${field} ${message}`);
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
