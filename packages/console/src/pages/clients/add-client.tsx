import { useMutation } from '@tanstack/react-query';
import { changes } from '../../api/queries.ts';
import { ButtonLink } from '../../components/button.tsx';
import { PageHeader } from '../../components/page-header.tsx';
import { Notice } from '../../components/states.tsx';
import { navigate } from '../../navigation/router.tsx';
import { useMay } from '../../session/me.tsx';
import { ClientForm } from './form/client-form.tsx';
import { registrationOf } from './form/metadata.ts';
import type { Values } from './form/values.ts';
import { reveal } from './revealed-secret.ts';

export function AddClientPage() {
  const may = useMay();
  const { mutateAsync } = useMutation(changes.addClient);
  const add = async (values: Values) => {
    const client = await mutateAsync(registrationOf(values));
    reveal(client.client_id, client.client_secret);
    navigate(`/clients/${encodeURIComponent(client.client_id)}`, { replace: true });
  };
  return (
    <>
      <PageHeader
        title="Add a service provider"
        back={{ to: '/clients', label: 'Service providers' }}
        about="An application that gets tokens from this server. Its client key and secret are made for it."
      />
      {may('admin:clients') ? (
        <ClientForm submitLabel="Add" onSubmit={add} cancel={<ButtonLink to="/clients">Cancel</ButtonLink>} />
      ) : (
        <Notice kind="note">
          Your role reads only. A client manager or an owner can add service providers.
        </Notice>
      )}
    </>
  );
}
