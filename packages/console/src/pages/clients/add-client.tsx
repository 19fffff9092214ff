import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { changes } from '../../api/queries.ts';
import { ButtonLink } from '../../components/button.tsx';
import { SelectField } from '../../components/field.tsx';
import { PageHeader } from '../../components/page-header.tsx';
import { Notice } from '../../components/states.tsx';
import { navigate } from '../../navigation/router.tsx';
import { useMay, useMayEverywhere, useMe } from '../../session/me.tsx';
import { text } from '../../words/words.tsx';
import { ClientForm } from './form/client-form.tsx';
import { registrationOf } from './form/metadata.ts';
import type { Values } from './form/values.ts';
import { revealUsed } from './revealed-secret.ts';

/** The groups that a new client can be put into, for who administers the clients of groups alone. */
function useGroupsToChoose(): readonly string[] {
  const mayEverywhere = useMayEverywhere();
  const { limited_roles = [] } = useMe();
  if (mayEverywhere('clients:write')) return [];
  return limited_roles.flatMap(({ role, group }) =>
    role === 'clients_writer' && group !== undefined ? [group] : [],
  );
}

export function AddClientPage() {
  const may = useMay();
  const groups = useGroupsToChoose();
  const [chosen, setChosen] = useState<string>();
  const group = chosen ?? groups[0];
  const { mutateAsync } = useMutation(changes.addClient);
  const add = async (values: Values) => {
    const client = await mutateAsync({ ...registrationOf(values), group });
    revealUsed(client);
    navigate(`/clients/${encodeURIComponent(client.client_id)}`, { replace: true });
  };
  return (
    <>
      <PageHeader
        title={text('clientform.title')}
        back={{ to: '/clients', label: text('common.clients') }}
        about={text('clientform.about')}
      />
      {may('clients:write') ? (
        <>
          {groups.length > 0 && (
            <SelectField
              label={text('common.group')}
              value={group}
              onChange={(event) => setChosen(event.target.value)}
            >
              {groups.map((name) => (
                <option key={name} value={name}>
                  {name}
                </option>
              ))}
            </SelectField>
          )}
          <ClientForm
            submitLabel={text('common.add')}
            onSubmit={add}
            cancel={<ButtonLink to="/clients">{text('common.cancel')}</ButtonLink>}
          />
        </>
      ) : (
        <Notice kind="note">{text('clientform.mayadd')}</Notice>
      )}
    </>
  );
}
