import { useQuery } from '@tanstack/react-query';
import type { KnownSubject } from '../../api/admin-api.ts';
import { queries } from '../../api/queries.ts';
import { CopyValue } from '../../components/copy.tsx';
import { ListTable } from '../../components/list/list-table.tsx';
import { Empty, Failed, Loading } from '../../components/states.tsx';
import { text } from '../../words/words.tsx';
import { clientLink } from '../access/cells.tsx';

/** By what `sub` clients know a person: one of their sector’s own where their subjects are pairwise. */
export function KnownSubjects({ username }: { readonly username: string }) {
  const { data, error, refetch } = useQuery(queries.knownSubjects(username));
  if (error && !data) return <Failed error={error} retry={refetch} />;
  if (!data) return <Loading rows={2} />;
  if (data.items.length === 0) return <Empty title={text('users.knownnone')} />;
  return (
    <ListTable<KnownSubject>
      caption={text('users.subjects')}
      items={data.items}
      keyOf={({ client_id }) => client_id}
      nameOf={({ client_name }) => client_name}
      columns={[
        { id: 'client_id', label: text('common.client'), show: clientLink },
        {
          id: 'sector',
          label: text('users.sector'),
          show: ({ sector }) => sector ?? text('users.public'),
        },
        {
          id: 'sub',
          label: 'sub',
          show: ({ sub, client_name }) => (
            <CopyValue value={sub} what={text('users.subat', { username, client: client_name })} />
          ),
        },
      ]}
    />
  );
}
