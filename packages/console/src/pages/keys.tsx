import { useMutation, useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
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
import { rich, text } from '../words/words.tsx';

type Words = { readonly label: string; readonly kind: 'good' | 'accent' | 'plain'; readonly hint: string };

const SIGNS: Readonly<Record<SigningKey['state'], Words>> = {
  active: { label: text('keys.signs'), kind: 'good', hint: text('keys.signshint') },
  next: { label: text('keys.ahead'), kind: 'accent', hint: text('keys.aheadhint') },
  retired: { label: text('keys.verifies'), kind: 'plain', hint: text('keys.verifieshint') },
};
/** Of a decryption key none is published ahead: whoever encrypts takes the one that is there. */
const DECRYPTED: Words = {
  label: text('keys.decryptsonly'),
  kind: 'plain',
  hint: text('keys.decryptsonlyhint'),
};
const DECRYPTS: typeof SIGNS = {
  active: { label: text('keys.decrypts'), kind: 'good', hint: text('keys.decryptshint') },
  next: DECRYPTED,
  retired: DECRYPTED,
};
const wordsOf = ({ use, state }: SigningKey): Words => (use === 'sig' ? SIGNS : DECRYPTS)[state];
/** Whether some who verify tokens do not know the key yet. */
const isNew = ({ known_from }: SigningKey) => known_from !== undefined && Date.parse(known_from) > Date.now();

const ORDER: readonly SigningKey['state'][] = ['active', 'next', 'retired'];

export function KeysPage() {
  const may = useMay();
  const [asking, setAsking] = useState(false);
  const [ending, setEnding] = useState<SigningKey>();
  const { data, error, isPending, refetch } = useQuery(queries.signingKeys());
  const keys = data?.items.toSorted(
    (one, other) =>
      Number(one.use === 'enc') - Number(other.use === 'enc') ||
      ORDER.indexOf(one.state) - ORDER.indexOf(other.state),
  );
  return (
    <>
      <PageHeader
        title={text('keys.title')}
        about={text('keys.about')}
        actions={
          may('keys:write') && (
            <Button look="primary" icon="refresh" onClick={() => setAsking(true)}>
              {text('keys.rotate')}
            </Button>
          )
        }
      />
      {error && !data && <Failed error={error} retry={refetch} />}
      {isPending && <Loading />}
      <div className="key-cards">
        {keys?.map((key) => (
          <KeyCard
            key={key.kid}
            signingKey={key}
            onEnd={may('keys:write') && key.state === 'retired' ? () => setEnding(key) : undefined}
          />
        ))}
      </div>
      {asking && <RotateDialog onClose={() => setAsking(false)} />}
      {ending && <EndDialog signingKey={ending} onClose={() => setEnding(undefined)} />}
    </>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function KeyCard({
  signingKey: key,
  onEnd,
}: {
  readonly signingKey: SigningKey;
  /** Undefined where it is not ended by hand. */
  readonly onEnd: (() => void) | undefined;
}) {
  const { label, kind, hint } = wordsOf(key);
  return (
    <section className="card" aria-label={`${key.alg} ${key.kid}`}>
      <header className="card-head">
        <h2>{key.alg}</h2>
        <Badge kind={kind}>{label}</Badge>
      </header>
      <p className="quiet">{key.state === 'active' && isNew(key) ? text('keys.newhint') : hint}</p>
      <dl className="facts">
        <Fact name="kid">
          <CopyValue value={key.kid} what="kid" />
        </Fact>
        <Fact name={text('keys.made')}>
          <Time at={key.created_at} />
        </Fact>
        {key.known_from !== undefined && isNew(key) && (
          <Fact name={text('keys.knownfrom')}>
            <Time at={key.known_from} />
          </Fact>
        )}
        {key.retired_at !== undefined && (
          <Fact name={text('keys.retired')}>
            <Time at={key.retired_at} />
          </Fact>
        )}
      </dl>
      {onEnd && (
        <Button small icon="trash" onClick={onEnd}>
          {text('keys.end')}
        </Button>
      )}
    </section>
  );
}

function RotateDialog({ onClose }: { readonly onClose: () => void }) {
  const toasts = useToasts();
  const { mutateAsync: rotate } = useMutation(changes.rotateSigningKeys);
  return (
    <ConfirmDialog
      title={text('keys.rotatetitle')}
      action={text('keys.rotate')}
      onClose={onClose}
      onConfirm={async () => {
        await rotate();
        toasts.done(text('keys.rotated'));
      }}
    >
      <p>{rich('keys.rotatehint', { jwks: <code>/oauth2/jwks</code> })}</p>
    </ConfirmDialog>
  );
}

/** Ends a retired key: for good, and with everything that rests on it. */
function EndDialog({
  signingKey: { kid, use },
  onClose,
}: {
  readonly signingKey: SigningKey;
  readonly onClose: () => void;
}) {
  const toasts = useToasts();
  const { mutateAsync: end } = useMutation(changes.endSigningKey);
  return (
    <ConfirmDialog
      title={text('keys.endtitle', { kid })}
      action={text('keys.end')}
      onClose={onClose}
      onConfirm={async () => {
        await end(kid);
        toasts.done(text('keys.ended'));
      }}
    >
      <p>{text(use === 'sig' ? 'keys.endsigned' : 'keys.enddecrypts')}</p>
      <p>{text('keys.endforgood')}</p>
    </ConfirmDialog>
  );
}
