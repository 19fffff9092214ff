import { useEffect } from 'react';
import type { Me } from '../api/admin-api.ts';
import { Button } from '../components/button.tsx';
import { Notice } from '../components/states.tsx';
import { Logo } from '../navigation/logo.tsx';
import { beginSignIn, signOut } from './oidc.ts';
import { currentTokens } from './session.ts';

/** How far a person has come. */
export type Arrival =
  | { readonly at: 'working' }
  | { readonly at: 'signed-out' }
  | { readonly at: 'ended' }
  | { readonly at: 'failed'; readonly message: string }
  | { readonly at: 'no-role'; readonly message: string }
  | { readonly at: 'signed-in'; readonly me: Me; readonly ends_at: number };

/** What whoever is not signed in sees. */
export function Threshold({
  state,
  place,
}: {
  readonly state: Exclude<Arrival, { at: 'signed-in' }>;
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
