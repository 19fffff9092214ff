import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Client } from '../../api/admin-api.ts';
import { changes, queries } from '../../api/queries.ts';
import { ApiError, pathOf, type Tagged } from '../../api/request.ts';
import { ButtonLink } from '../../components/button.tsx';
import { ConflictDialog } from '../../components/conflict-dialog.tsx';
import { PageHeader } from '../../components/page-header.tsx';
import { Failed, Loading } from '../../components/states.tsx';
import { useToasts } from '../../components/toast.tsx';
import { leaveFreely, navigate } from '../../navigation/router.tsx';
import { text } from '../../words/words.tsx';
import { ClientForm } from './form/client-form.tsx';
import { changesOf, differencesOf } from './form/metadata.ts';
import type { Values } from './form/values.ts';
import { revealUsed } from './revealed-secret.ts';

export function EditClientPage({ client_id }: { readonly client_id: string }) {
  const { data: client, error, refetch } = useQuery(queries.client(client_id));
  return (
    <>
      <PageHeader
        title={client ? text('client.edittitle', { name: client.client_name }) : text('common.edit')}
        back={{ to: pathOf('clients', client_id), label: client?.client_name ?? text('common.back') }}
      />
      {error && !client && <Failed error={error} retry={refetch} />}
      {!client && !error && <Loading />}
      {client && <OpenedForm client={client} />}
    </>
  );
}

/** What somebody else made of the client while the form was open, and what was to be saved. */
type Conflict = { readonly values: Values; readonly now: Tagged<Client> };

/** The form over the client as it was when the form was opened, whatever is read since. */
function OpenedForm({ client }: { readonly client: Tagged<Client> }) {
  const [opened] = useState(client);
  const [conflict, setConflict] = useState<Conflict>();
  const { client_id } = opened;
  const path = pathOf('clients', client_id);
  const { mutateAsync: update } = useMutation(changes.updateClient);
  const toasts = useToasts();
  const queryClient = useQueryClient();

  /** @param over the client that is changed: as it was opened, or as somebody else left it */
  const save = async (values: Values, over: Tagged<Client>) => {
    try {
      const saved = await update({ ...changesOf(values, opened, over), client_id, etag: over.etag });
      // A new method may have given the client a secret, to be shown where the form ends, or ended the one there was.
      if (saved.client_secret !== undefined || !saved.has_client_secret) revealUsed(saved);
      toasts.done(text('common.saved'));
      for (const { message, field } of saved.warnings ?? []) toasts.failed(`${field} ${message}`);
      leaveFreely();
      navigate(path);
    } catch (failure) {
      if (!(failure instanceof ApiError && failure.status === 412)) throw failure;
      const now = await queryClient.fetchQuery({ ...queries.client(client_id), staleTime: 0 });
      setConflict({ values, now });
      throw new ApiError(412, text('client.conflict'));
    }
  };
  return (
    <>
      <ClientForm
        client={opened}
        submitLabel={text('common.save')}
        onSubmit={(values) => save(values, opened)}
        cancel={<ButtonLink to={path}>{text('common.cancel')}</ButtonLink>}
      />
      {conflict && (
        <ConflictDialog
          name={opened.client_name}
          differences={differencesOf(conflict.values, opened, conflict.now)}
          onKeepMine={() => save(conflict.values, conflict.now)}
          onTakeStored={() => {
            leaveFreely();
            navigate(path);
          }}
          onClose={() => setConflict(undefined)}
        />
      )}
    </>
  );
}
