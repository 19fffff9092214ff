import { useMutation } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { changes } from '../../../api/queries.ts';
import { mayLeave, useLeaveGuard } from '../../../navigation/router.tsx';
import { type Batch, batchesOf, type FatedClient, judged, registered } from './client-import.ts';
import type { GivenClient } from './given-clients.ts';

/** Where the import of a file stands. */
export type ClientImport = {
  readonly step: 'choosing' | 'judging' | 'judged' | 'importing' | 'imported';
  /** How many were come to, of those that are judged or imported. */
  readonly count: number;
  /** In the order of the file. */
  readonly clients: readonly FatedClient[];
  /** Why it ended before all were come to. */
  readonly broke: unknown;
  /** Whether there are secrets that nobody has kept. */
  readonly hasSecrets: boolean;
  /** Nothing where what is there is to stay. */
  readonly judge: (clients: readonly GivenClient[]) => void;
  /** Registers what is new, or goes on where it broke off. */
  readonly bringIn: () => void;
  readonly stop: () => void;
  /** What was judged is not what is chosen any more. @returns false where it is to stay, with secrets nobody has kept */
  readonly forget: () => boolean;
  /** The results were saved. */
  readonly onKept: () => void;
};

const isAdded = ({ fate }: FatedClient): boolean => fate.outcome === 'added';

export function useClientImport(group: string | undefined): ClientImport {
  const [step, setStep] = useState<ClientImport['step']>('choosing');
  const [count, setCount] = useState(0);
  const [clients, setClients] = useState<readonly FatedClient[]>([]);
  const [broke, setBroke] = useState<unknown>();
  const [isKept, setKept] = useState(false);
  const batches = useRef<readonly Batch[]>([]);
  const aborting = useRef(new AbortController());
  // Who leaves wants no answer of what is only looked at any more.
  useEffect(() => () => aborting.current.abort(), []);
  const hasSecrets =
    !isKept && clients.some(({ fate }) => fate.outcome === 'added' && fate.client_secret !== undefined);
  // What broke off has answers that are not here yet.
  const hasBrokenOff = step === 'imported' && broke !== undefined;
  useLeaveGuard(hasSecrets || step === 'importing' || hasBrokenOff);

  const judge = async (given: readonly GivenClient[]) => {
    aborting.current.abort();
    aborting.current = new AbortController();
    const { signal } = aborting.current;
    setStep('judging');
    setCount(0);
    setClients([]);
    setBroke(undefined);
    try {
      const found = await judged(given, group, signal, setCount);
      if (signal.aborted) return;
      batches.current = batchesOf(found);
      setClients(found);
      setKept(false);
      setStep('judged');
    } catch (error) {
      if (signal.aborted) return;
      setBroke(error);
      setStep('choosing');
    }
  };

  const { mutate } = useMutation({
    meta: changes.importClients.meta,
    async mutationFn(before: readonly FatedClient[]): Promise<void> {
      aborting.current = new AbortController();
      setStep('importing');
      setBroke(undefined);
      setKept(false);
      let now = before;
      while (batches.current.length > 0 && !aborting.current.signal.aborted) {
        const [batch, ...others] = batches.current;
        if (!batch) break;
        setCount(now.filter(isAdded).length);
        const { fates, broke: why } = await registered(batch, now, group);
        now = now.map(({ client, fate }) => ({ client, fate: fates.get(client.place) ?? fate }));
        setClients(now);
        if (why !== undefined) {
          // Sent once more it is answered what was made of it, secrets too.
          setBroke(why);
          break;
        }
        batches.current = others;
      }
      setStep('imported');
    },
  });
  return {
    step,
    count,
    clients,
    broke,
    hasSecrets,
    judge(given) {
      if (mayLeave()) void judge(given);
    },
    bringIn: () => mutate(clients),
    stop: () => aborting.current.abort(),
    forget() {
      if (!mayLeave()) return false;
      aborting.current.abort();
      batches.current = [];
      setStep('choosing');
      setClients([]);
      setBroke(undefined);
      return true;
    },
    onKept: () => setKept(true),
  };
}
