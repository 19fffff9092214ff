import { PageHeader } from '../../../components/page-header.tsx';
import { Notice } from '../../../components/states.tsx';
import { Link } from '../../../navigation/router.tsx';
import { useMay, useMayEverywhere } from '../../../session/me.tsx';
import { rich, text } from '../../../words/words.tsx';
import { IntoGroup, useIntoGroup } from '../into-group.tsx';
import { ClientFates } from './client-fates.tsx';
import { ClientFileForm } from './client-file-form.tsx';
import { useClientImport } from './use-client-import.ts';

/** Registers the clients of a file: they are looked at first, and each is then registered by itself. */
export function ImportClientsPage() {
  const may = useMay();
  const mayEverywhere = useMayEverywhere();
  const into = useIntoGroup();
  const clientImport = useClientImport(into.group);
  return (
    <>
      <PageHeader
        title={text('clientimport.title')}
        back={{ to: '/clients', label: text('common.clients') }}
        about={text('clientimport.about')}
      />
      {may('clients:write') ? (
        <>
          {mayEverywhere('administrators:write') && (
            <p>
              {rich('clientimport.elsewhere', {
                place: <Link to="/import">{text('clientimport.elsewhere.place')}</Link>,
              })}
            </p>
          )}
          <IntoGroup {...into} />
          <ClientFileForm
            busy={clientImport.step === 'judging'}
            onChange={clientImport.forget}
            onJudge={clientImport.judge}
          />
          <ClientFates {...clientImport} />
        </>
      ) : (
        <Notice kind="note">{text('clientform.mayadd')}</Notice>
      )}
    </>
  );
}
