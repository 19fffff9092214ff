import { MutationCache, QueryClient } from '@tanstack/react-query';
import type { Subject } from './queries.ts';
import type { ApiError } from './request.ts';

declare module '@tanstack/react-query' {
  interface Register {
    defaultError: ApiError;
    mutationMeta: { readonly outdates: readonly Subject[] };
  }
}

const MOST_RETRIES = 2;

/** What was read is shown at once when a place is visited again, and read anew. */
export const queryClient: QueryClient = new QueryClient({
  defaultOptions: {
    queries: {
      // An answer of the server stands; only a server that failed or did not answer is asked again.
      retry: (failures, { status }) => failures < MOST_RETRIES && (status === 0 || status >= 500),
      refetchOnWindowFocus: true,
      refetchOnReconnect: true,
      refetchIntervalInBackground: false,
      // The server may run on this very machine, which needs no network to reach it.
      networkMode: 'always',
    },
    mutations: { networkMode: 'always' },
  },
  mutationCache: new MutationCache({
    onSuccess: (_answer, _input, _before, { meta }) => outdate(meta?.outdates ?? []),
  }),
});

/** Reads anew what is on screen and forgets the rest. Done once the screen shows it as it is. */
async function outdate(subjects: readonly Subject[]): Promise<void> {
  await Promise.all(
    subjects.map((subject) => {
      queryClient.removeQueries({ queryKey: [subject], type: 'inactive' });
      return queryClient.invalidateQueries({ queryKey: [subject] });
    }),
  );
}
