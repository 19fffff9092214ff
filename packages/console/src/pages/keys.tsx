import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { SigningKey } from '../api/admin-api.ts';
import { changes, queries } from '../api/queries.ts';
import { Button } from '../components/button.tsx';
import { CopyValue } from '../components/copy.tsx';
import { ConfirmDialog } from '../components/dialog.tsx';
import { PageHeader } from '../components/page-header.tsx';
import { Badge, Failed, Loading } from '../components/states.tsx';
import { Time } from '../components/time.tsx';
import { useToasts } from '../components/toast.tsx';
import { useMay } from '../session/me.tsx';

type Words = { readonly label: string; readonly kind: 'good' | 'accent' | 'plain'; readonly hint: string };

const SIGNS: Readonly<Record<SigningKey['state'], Words>> = {
  active: { label: 'signs now', kind: 'good', hint: 'Every new token is signed with it.' },
  next: {
    label: 'published ahead',
    kind: 'accent',
    hint: 'Resource servers know it already; it signs after the next rotation.',
  },
  retired: {
    label: 'verifies only',
    kind: 'plain',
    hint: 'It verifies until the tokens it signed have ended.',
  },
};
/** Of a decryption key none is published ahead: whoever encrypts takes the one that is there. */
const DECRYPTED: Words = {
  label: 'decrypts only',
  kind: 'plain',
  hint: 'It opens what was encrypted to it before the rotation.',
};
const DECRYPTS: typeof SIGNS = {
  active: { label: 'decrypts', kind: 'good', hint: 'Clients encrypt their request objects to it.' },
  next: DECRYPTED,
  retired: DECRYPTED,
};
const wordsOf = ({ use, state }: SigningKey): Words => (use === 'sig' ? SIGNS : DECRYPTS)[state];
/** Whether some who verify tokens do not know the key yet. */
const isNew = ({ known_from }: SigningKey) => known_from !== undefined && Date.parse(known_from) > Date.now();

const ORDER: readonly SigningKey['state'][] = ['active', 'next', 'retired'];

export function KeysPage() {
  const may = useMay();
  const toasts = useToasts();
  const [asking, setAsking] = useState(false);
  const { data, error, isPending, refetch } = useQuery(queries.signingKeys());
  const { mutateAsync: rotate } = useMutation(changes.rotateSigningKeys);
  const keys = data?.items.toSorted(
    (one, other) =>
      Number(one.use === 'enc') - Number(other.use === 'enc') ||
      ORDER.indexOf(one.state) - ORDER.indexOf(other.state),
  );
  return (
    <>
      <PageHeader
        title="Signing keys"
        about="What tokens are signed with, and request objects encrypted to. The next signing key is published ahead, so a rotation breaks no token."
        actions={
          may('keys:write') && (
            <Button look="primary" icon="refresh" onClick={() => setAsking(true)}>
              Rotate
            </Button>
          )
        }
      />
      {error && !data && <Failed error={error} retry={refetch} />}
      {isPending && <Loading />}
      <div className="key-cards">
        {keys?.map((key) => (
          <section key={key.kid} className="card">
            <header className="card-head">
              <h2>{key.alg}</h2>
              <Badge kind={wordsOf(key).kind}>{wordsOf(key).label}</Badge>
            </header>
            <p className="quiet">
              {key.state === 'active' && isNew(key)
                ? 'It signs once everybody who verifies tokens knows it; until then the one before it.'
                : wordsOf(key).hint}
            </p>
            <dl className="facts">
              <div>
                <dt>kid</dt>
                <dd>
                  <CopyValue value={key.kid} what="kid" />
                </dd>
              </div>
              <div>
                <dt>Made</dt>
                <dd>
                  <Time at={key.created_at} />
                </dd>
              </div>
              {key.known_from !== undefined && isNew(key) && (
                <div>
                  <dt>Known to all from</dt>
                  <dd>
                    <Time at={key.known_from} />
                  </dd>
                </div>
              )}
              {key.retired_at !== undefined && (
                <div>
                  <dt>Retired</dt>
                  <dd>
                    <Time at={key.retired_at} />
                  </dd>
                </div>
              )}
            </dl>
          </section>
        ))}
      </div>
      {asking && (
        <ConfirmDialog
          title="Rotate the signing keys?"
          action="Rotate"
          onClose={() => setAsking(false)}
          onConfirm={async () => {
            await rotate();
            toasts.done('Rotated: the key published ahead signs now.');
          }}
        >
          <p>
            The key published ahead signs from now on, or once everybody knows it, and a new one is published.
            Tokens in use stay good, and what was encrypted to the keys of now can still be read. Resource
            servers that read <code>/oauth2/jwks</code> need nothing.
          </p>
        </ConfirmDialog>
      )}
    </>
  );
}
