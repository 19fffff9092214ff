import { type ReactNode, useCallback, useEffect, useRef, useState } from 'react';
import { queries } from '../api/queries.ts';
import { queryClient } from '../api/query-client.ts';
import { ApiError } from '../api/request.ts';
import { navigate, placeNow, ROOT } from '../navigation/router.tsx';
import { MeProvider } from './me.tsx';
import { beginSignIn, completeSignIn } from './oidc.ts';
import { endSession, onSessionEnded, setTokens } from './session.ts';
import { SessionWarning } from './session-warning.tsx';
import { type Arrival, Threshold } from './threshold.tsx';

async function enter(): Promise<Arrival> {
  const began_at = Date.now();
  try {
    const me = await queryClient.fetchQuery(queries.me());
    return { at: 'signed-in', me, ends_at: began_at + me.console_session_lifetime * 1000 };
  } catch (error) {
    if (error instanceof ApiError && (error.status === 401 || error.status === 403)) {
      return { at: 'no-role', message: error.message };
    }
    return { at: 'failed', message: error instanceof Error ? error.message : String(error) };
  }
}

async function arrive(): Promise<Arrival> {
  const { pathname, search } = window.location;
  if (pathname === `${ROOT}/signed-out`) return { at: 'signed-out' };
  if (pathname !== `${ROOT}/callback`) {
    await beginSignIn(placeNow());
    return { at: 'working' };
  }
  try {
    const { tokens, return_to } = await completeSignIn(new URLSearchParams(search));
    setTokens(tokens);
    navigate(return_to, { replace: true });
    return enter();
  } catch (error) {
    return { at: 'failed', message: error instanceof Error ? error.message : String(error) };
  }
}

/** Lets through whoever is signed in, and signs in whoever is not. */
export function Gate({ children }: { readonly children: ReactNode }) {
  const [state, setState] = useState<Arrival>({ at: 'working' });
  const arrived = useRef(false);
  // Where to come back to, kept before the address is anything else.
  const place = useRef('/');

  useEffect(() => {
    // The code in the address is good once, however often React calls this.
    if (arrived.current) return;
    arrived.current = true;
    void arrive().then(setState);
  }, []);
  useEffect(
    () =>
      onSessionEnded(() => {
        place.current = placeNow();
        // Whoever signs in next reads for themselves.
        queryClient.clear();
        setState((before) => (before.at === 'signed-in' ? { at: 'ended' } : before));
      }),
    [],
  );
  const end = useCallback(() => endSession(), []);

  if (state.at === 'signed-in') {
    return (
      <MeProvider value={state.me}>
        {children}
        <SessionWarning ends_at={state.ends_at} onEnded={end} />
      </MeProvider>
    );
  }
  return <Threshold state={state} place={place.current} />;
}
