import { useState } from 'react';
import type { Client, IssuedClient } from '../../api/admin-api.ts';
import { Button } from '../../components/button.tsx';
import { CertificateInput, pastedCertificates } from '../../components/certificate-input.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { useToasts } from '../../components/toast.tsx';
import { text } from '../../words/words.tsx';

/** Takes other certificates of a client: one, or several of one paste as one change. */
export function AddCertificateDialog({
  client,
  onAdd,
  onClose,
}: {
  readonly client: Client;
  readonly onAdd: (certificates: readonly string[]) => Promise<IssuedClient>;
  readonly onClose: () => void;
}) {
  const toasts = useToasts();
  const [pem, setPem] = useState('');
  const [error, setError] = useState<string>();
  const [busy, setBusy] = useState(false);
  const add = async () => {
    setBusy(true);
    try {
      const { warnings = [], certificate_details: certificates } = await onAdd(pastedCertificates(pem));
      // The server says of a certificate that it had already, and stores it once.
      const added = certificates.length - client.certificate_details.length;
      if (added > 0) toasts.done(text('client.certificatesadded', { count: added }));
      for (const { message, field } of warnings) toasts.failed(`${field} ${message}`);
      onClose();
    } catch (failure) {
      setError(failure instanceof Error ? failure.message : String(failure));
      setBusy(false);
    }
  };
  return (
    <Dialog title={text('client.addto', { name: client.client_name })} onClose={onClose} wide>
      <div className="dialog-body">
        <CertificateInput
          label={text('clientform.certificate')}
          hint={text('client.addhint')}
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
        <Button onClick={onClose}>{text('common.cancel')}</Button>
        <Button look="primary" busy={busy} disabled={pem.trim() === ''} onClick={() => void add()}>
          {text('common.add')}
        </Button>
      </footer>
    </Dialog>
  );
}
