import { useQuery } from '@tanstack/react-query';
import { queries } from '../../api/queries.ts';
import { PageHeader } from '../../components/page-header.tsx';
import { Failed, Loading } from '../../components/states.tsx';
import { useMay } from '../../session/me.tsx';
import { text } from '../../words/words.tsx';
import { NodesSection } from './nodes-section.tsx';
import { RevocationSection } from './revocation-section.tsx';
import { StoreSection } from './store-section.tsx';

const EVERY_MS = 15_000;

/** What client certificates may chain to. */
export function TrustPage() {
  const may = useMay();
  const { data, error, isPending, refetch } = useQuery({
    ...queries.trustStores(),
    refetchInterval: EVERY_MS,
  });
  return (
    <>
      <PageHeader title={text('trust.title')} about={text('trust.about')} />
      {error && !data && <Failed error={error} retry={refetch} />}
      {isPending && <Loading />}
      {data?.items.map((store) => (
        <StoreSection key={store.group ?? ''} store={store} etag={data.etag} />
      ))}
      <RevocationSection />
      {may('settings:read') && <NodesSection />}
    </>
  );
}
