import { useQuery } from '@tanstack/react-query';
import type { Attention } from '../../api/admin-api.ts';
import { queries } from '../../api/queries.ts';
import { useMay } from '../../session/me.tsx';

export type Trouble = Attention['items'][number];

const EVERY_MS = 15_000;

/** What is broken now, asked again and again; undefined until it is known, and for those who may not know. */
export function useTroubles(): readonly Trouble[] | undefined {
  const may = useMay();
  const { data } = useQuery({
    ...queries.attention(),
    refetchInterval: EVERY_MS,
    enabled: may('settings:read') || may('trust:read'),
  });
  return data?.items;
}
