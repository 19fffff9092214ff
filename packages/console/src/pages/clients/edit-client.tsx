import { pathOf, request } from '../../api/request.ts';
import { invalidate, useResource } from '../../api/resource.ts';
import type { Client } from '../../api/types.ts';
import { ButtonLink } from '../../components/button.tsx';
import { PageHeader } from '../../components/page-header.tsx';
import { Failed, Loading } from '../../components/states.tsx';
import { useToasts } from '../../components/toast.tsx';
import { navigate } from '../../navigation/router.tsx';
import { ClientForm } from './client-form.tsx';

export function EditClientPage({ client_id }: { readonly client_id: string }) {
  const path = pathOf('clients', client_id);
  const { data: client, error, reload } = useResource<Client>(path);
  const toasts = useToasts();
  const save = async (metadata: Record<string, unknown>) => {
    const saved = await request<Client>('PATCH', path, metadata);
    invalidate('/clients', '/certificates');
    toasts.done('Saved.');
    for (const { message, field } of saved.warnings ?? []) toasts.failed(`${field} ${message}`);
    navigate(path);
  };
  return (
    <>
      <PageHeader
        title={client ? `Edit ${client.client_name}` : 'Edit'}
        back={{ to: path, label: client?.client_name ?? 'Back' }}
      />
      {error && !client && <Failed error={error} retry={reload} />}
      {!client && !error && <Loading />}
      {client && (
        <ClientForm
          client={client}
          submitLabel="Save"
          onSubmit={save}
          cancel={<ButtonLink to={path}>Cancel</ButtonLink>}
        />
      )}
    </>
  );
}
