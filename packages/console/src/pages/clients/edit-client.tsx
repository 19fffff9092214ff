import { useMutation, useQuery } from '@tanstack/react-query';
import type { Client } from '../../api/admin-api.ts';
import { changes, queries } from '../../api/queries.ts';
import { pathOf } from '../../api/request.ts';
import { ButtonLink } from '../../components/button.tsx';
import { PageHeader } from '../../components/page-header.tsx';
import { Failed, Loading } from '../../components/states.tsx';
import { useToasts } from '../../components/toast.tsx';
import { navigate } from '../../navigation/router.tsx';
import { ClientForm } from './form/client-form.tsx';
import { changesOf } from './form/metadata.ts';
import type { Values } from './form/values.ts';

export function EditClientPage({ client_id }: { readonly client_id: string }) {
  const path = pathOf('clients', client_id);
  const { data: client, error, refetch } = useQuery(queries.client(client_id));
  const { mutateAsync: update } = useMutation(changes.updateClient);
  const toasts = useToasts();
  const save = async (before: Client, values: Values) => {
    const saved = await update({ ...changesOf(values, before), client_id });
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
      {error && !client && <Failed error={error} retry={refetch} />}
      {!client && !error && <Loading />}
      {client && (
        <ClientForm
          client={client}
          submitLabel="Save"
          onSubmit={(values) => save(client, values)}
          cancel={<ButtonLink to={path}>Cancel</ButtonLink>}
        />
      )}
    </>
  );
}
