import { useEffect } from 'react';
import type { Me } from '../api/admin-api.ts';
import { Button } from '../components/button.tsx';
import { Notice } from '../components/states.tsx';
import { Logo } from '../navigation/logo.tsx';
import { rich, text } from '../words/words.tsx';
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
    document.title = text('session.title');
  }, []);
  return (
    <main className="threshold">
      <div className="threshold-card">
        <Logo />
        {state.at === 'working' && <p role="status">{text('session.working')}</p>}
        {state.at === 'signed-out' && (
          <>
            <h1>{text('session.out')}</h1>
            <p>{text('session.outtext')}</p>
            <Button look="primary" onClick={() => void beginSignIn('/')}>
              {text('session.in')}
            </Button>
          </>
        )}
        {state.at === 'ended' && (
          <>
            <h1>{text('session.ended')}</h1>
            <p>{text('session.endedtext')}</p>
            <Button look="primary" onClick={() => void beginSignIn(place, 'login')}>
              {text('session.in')}
            </Button>
          </>
        )}
        {state.at === 'failed' && (
          <>
            <h1>{text('session.failed')}</h1>
            <Notice kind="error">{state.message}</Notice>
            <Button look="primary" onClick={() => void beginSignIn('/')}>
              {text('common.retry')}
            </Button>
          </>
        )}
        {state.at === 'no-role' && (
          <>
            <h1>{text('session.norole')}</h1>
            <p>
              {state.message}{' '}
              {rich('session.noroletext', { command: <code>countersign user add --role</code> })}
            </p>
            <Button
              look="primary"
              onClick={() => {
                const tokens = currentTokens();
                if (tokens) void signOut(tokens);
                else void beginSignIn('/', 'login');
              }}
            >
              {text('session.other')}
            </Button>
          </>
        )}
      </div>
    </main>
  );
}
