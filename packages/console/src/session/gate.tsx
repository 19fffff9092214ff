import { type ReactNode, useCallback, useEffect, useRef, useState } from 'react';
import { ApiError, request } from '../api/request.ts';
import { forgetEverything } from '../api/resource.ts';
import type { Me } from '../api/types.ts';
import { Button } from '../components/button.tsx';
import { Notice } from '../components/states.tsx';
import { Logo } from '../navigation/logo.tsx';
import { navigate, placeNow } from '../navigation/router.tsx';
import { MeProvider } from './me.tsx';
import { beginSignIn, completeSignIn, signOut } from './oidc.ts';
import { currentTokens, endSession, onSessionEnded, setTokens } from './session.ts';
import { SessionWarning } from './session-warning.tsx';

type State =
  | { readonly at: 'working' }
  | { readonly at: 'signed-out' }
  | { readonly at: 'ended' }
  | { readonly at: 'failed'; readonly message: string }
  | { readonly at: 'no-role'; readonly message: string }
  | { readonly at: 'signed-in'; readonly me: Me; readonly ends_at: number };

async function enter(): Promise<State> {
  const began_at = Date.now();
  try {
    const me = await request<Me>('GET', '/me');
    return { at: 'signed-in', me, ends_at: began_at + me.console_session_lifetime * 1000 };
  } catch (error) {
    if (error instanceof ApiError && (error.status === 401 || error.status === 403)) {
      return { at: 'no-role', message: error.message };
    }
    return { at: 'failed', message: error instanceof Error ? error.message : String(error) };
  }
}

async function arrive(): Promise<State> {
  const { pathname, search } = window.location;
  if (pathname === '/console/signed-out') return { at: 'signed-out' };
  if (pathname !== '/console/callback') {
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
  const [state, setState] = useState<State>({ at: 'working' });
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
        forgetEverything();
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

function Threshold({
  state,
  place,
}: {
  readonly state: Exclude<State, { at: 'signed-in' }>;
  readonly place: string;
}) {
  useEffect(() => {
    document.title = 'Countersign console';
  }, []);
  return (
    <main className="threshold">
      <div className="threshold-card">
        <Logo />
        {state.at === 'working' && <p role="status">Signing in…</p>}
        {state.at === 'signed-out' && (
          <>
            <h1>Signed out</h1>
            <p>Your session has ended, here and on the server.</p>
            <Button look="primary" onClick={() => void beginSignIn('/')}>
              Sign in
            </Button>
          </>
        )}
        {state.at === 'ended' && (
          <>
            <h1>Your session has ended</h1>
            <p>Sign in again to go on where you were.</p>
            <Button look="primary" onClick={() => void beginSignIn(place, 'login')}>
              Sign in
            </Button>
          </>
        )}
        {state.at === 'failed' && (
          <>
            <h1>Signing in did not succeed</h1>
            <Notice kind="error">{state.message}</Notice>
            <Button look="primary" onClick={() => void beginSignIn('/')}>
              Try again
            </Button>
          </>
        )}
        {state.at === 'no-role' && (
          <>
            <h1>This account may not administer</h1>
            <p>
              {state.message} An owner can give the account a role under Users, or with{' '}
              <code>countersign user add --role</code>.
            </p>
            <Button
              look="primary"
              onClick={() => {
                const tokens = currentTokens();
                if (tokens) void signOut(tokens);
                else void beginSignIn('/', 'login');
              }}
            >
              Sign in as someone else
            </Button>
          </>
        )}
      </div>
    </main>
  );
}
