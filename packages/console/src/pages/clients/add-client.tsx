import { useMutation } from '@tanstack/react-query';
import { changes } from '../../api/queries.ts';
import { pathOf } from '../../api/request.ts';
import { ButtonLink } from '../../components/button.tsx';
import { PageHeader } from '../../components/page-header.tsx';
import { Notice } from '../../components/states.tsx';
import { navigate } from '../../navigation/router.tsx';
import { useMay } from '../../session/me.tsx';
import { text } from '../../words/words.tsx';
import { ClientForm } from './form/client-form.tsx';
import { registrationOf } from './form/metadata.ts';
import type { Values } from './form/values.ts';
import { IntoGroup, useIntoGroup } from './into-group.tsx';
import { revealUsed } from './revealed-secret.ts';

export function AddClientPage() {
  const may = useMay();
  const into = useIntoGroup();
  const { mutateAsync } = useMutation(changes.addClient);
  const add = async (values: Values) => {
    const client = await mutateAsync({ ...registrationOf(values), group: into.group });
    revealUsed(client);
    navigate(pathOf('clients', client.client_id), { replace: true });
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
          <IntoGroup {...into} />
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
