import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { TrustEntry, TrustStore } from '../../api/admin-api.ts';
import { changes } from '../../api/queries.ts';
import { Button } from '../../components/button.tsx';
import { CertificateCard, commonNameOf } from '../../components/certificate-card.tsx';
import { Badge, Empty } from '../../components/states.tsx';
import { Time } from '../../components/time.tsx';
import { useToasts } from '../../components/toast.tsx';
import { useMay } from '../../session/me.tsx';
import { rich, text } from '../../words/words.tsx';
import { EMPTY_DRAFT, ImportDialog } from './import-dialog.tsx';
import { RevocationRule } from './revocation-rule.tsx';
import { RoleDialog } from './role-dialog.tsx';
import { StandingText } from './standing-text.tsx';

const REVOCATION: Readonly<Record<TrustStore['revocation'], string>> = {
  off: text('trust.revocation.off'),
  prefer: text('trust.revocation.prefer'),
  require: text('trust.revocation.require'),
};

/** One trust store or group with its certificates. */
export function StoreSection({
  store,
  etag,
}: {
  readonly store: TrustStore;
  /** Of all stores together. */
  readonly etag: string;
}) {
  const may = useMay();
  const [importing, setImporting] = useState(false);
  const [draft, setDraft] = useState(EMPTY_DRAFT);
  const name = store.group === undefined ? text('trust.store') : text('trust.group', { group: store.group });
  return (
    <section className="card" aria-label={name}>
      <header className="card-head">
        <div>
          <h2>{name}</h2>
          <p className="quiet break">
            {store.kept_in === 'database' ? (
              rich('trust.sharedof', { file: <code>{store.file_name}</code> })
            ) : (
              <code>{store.file_name}</code>
            )}{' '}
            <Badge>{store.type}</Badge>{' '}
            {store.group !== undefined && (
              <Badge kind={store.revocation === 'off' ? 'plain' : 'good'}>
                {REVOCATION[store.revocation]}
              </Badge>
            )}
          </p>
          {store.crl_file !== undefined && (
            <p className="quiet break">{text('trust.crlfile', { file: store.crl_file })}</p>
          )}
        </div>
        <div className="toolbar">
          {store.group !== undefined && may('settings:read') && <RevocationRule group={store.group} />}
          {may('trust:write') && (
            <Button icon="upload" onClick={() => setImporting(true)}>
              {text('common.import')}
            </Button>
          )}
        </div>
      </header>
      {store.entries.length === 0 ? (
        <Empty title={text('trust.nothing')} icon="trust">
          <p>{text('trust.nothinghint')}</p>
        </Empty>
      ) : (
        <Entries store={store} etag={etag} />
      )}
      {importing && (
        <ImportDialog
          store={store}
          name={name}
          draft={draft}
          onDraft={setDraft}
          onClose={() => setImporting(false)}
        />
      )}
    </section>
  );
}

/** Takes an entry out of its store; the message that says so puts it back. */
function useRemoval({ group }: TrustStore, etag: string): (entry: TrustEntry) => Promise<void> {
  const toasts = useToasts();
  const queryClient = useQueryClient();
  const removal = useMutation(changes.removeTrusted);
  const addition = useMutation(changes.addTrusted);
  return async ({ alias, certificate, role, because }) => {
    try {
      await removal.mutateAsync({ alias, group, etag });
      toasts.done(text('trust.removed', { name: commonNameOf(certificate.subject) }), () =>
        addition.mutateAsync({
          content: certificate.pem,
          alias,
          ...(group !== undefined && { group }),
          ...(because === 'named' && { role }),
        }),
      );
    } catch (failure) {
      toasts.failed(failure);
      // Somebody else changed it: what is shown is what the server has.
      await queryClient.invalidateQueries({ queryKey: ['truststore'] });
    }
  };
}

function Entries({ store, etag }: { readonly store: TrustStore; readonly etag: string }) {
  const may = useMay();
  const remove = useRemoval(store, etag);
  const [open, setOpen] = useState<string>();
  const [naming, setNaming] = useState<string>();
  const named = store.entries.find(({ alias }) => alias === naming);
  return (
    <>
      <ul className="entries">
        {store.entries.map((entry) => (
          <li key={entry.alias}>
            <div className="entry">
              <button
                type="button"
                className="entry-name"
                aria-expanded={open === entry.alias}
                onClick={() => setOpen(open === entry.alias ? undefined : entry.alias)}
              >
                <strong>{commonNameOf(entry.certificate.subject)}</strong>
                <span className="quiet break">{entry.alias}</span>
              </button>
              <RoleBadge entry={entry} />
              <ExpiryBadge until={entry.certificate.not_after} />
              {may('trust:write') && entry.because !== 'configured' && (
                <Button small icon="trust" onClick={() => setNaming(entry.alias)}>
                  {text('common.role')}
                </Button>
              )}
              {may('trust:write') && (
                <Button small icon="trash" onClick={() => void remove(entry)}>
                  {text('common.remove')}
                </Button>
              )}
            </div>
            <p className={`entry-why ${entry.warning === undefined ? 'quiet' : 'because'}`}>
              <Reason entry={entry} />
            </p>
            {open === entry.alias && <CertificateCard certificate={entry.certificate} />}
          </li>
        ))}
      </ul>
      {named && (
        <RoleDialog entry={named} group={store.group} etag={etag} onClose={() => setNaming(undefined)} />
      )}
    </>
  );
}

/** Why an entry is what it is, in a sentence. */
function Reason({ entry }: { readonly entry: TrustEntry }) {
  const { role, unconfirmed, warning } = entry;
  return (
    <>
      {rich(role === 'authority' ? 'trust.vouches' : 'trust.vouchesnot', {
        why: <StandingText entry={entry} />,
      })}{' '}
      {warning === undefined ? (
        unconfirmed && text('trust.nobodyconfirmed')
      ) : (
        <span lang="en">{`It ${warning}.`}</span>
      )}
    </>
  );
}

function RoleBadge({ entry: { role, unconfirmed, warning } }: { readonly entry: TrustEntry }) {
  return (
    <>
      <Badge kind={role === 'authority' ? 'accent' : 'plain'}>
        {text(role === 'authority' ? 'trust.authority' : 'trust.handshake')}
      </Badge>
      {unconfirmed && <Badge kind="warn">{text('trust.unconfirmed')}</Badge>}
      {warning !== undefined && <Badge kind="bad">{text('trust.doubtful')}</Badge>}
    </>
  );
}

function ExpiryBadge({ until }: { readonly until: string | undefined }) {
  if (until === undefined) return <Badge kind="bad">{text('trust.nevervalid')}</Badge>;
  const days = (Date.parse(until) - Date.now()) / 86_400_000;
  const kind = days < 0 ? 'bad' : days < 30 ? 'warn' : 'plain';
  return (
    <Badge kind={kind}>
      {rich(days < 0 ? 'trust.expiredat' : 'trust.expiresat', { distance: <Time at={until} /> })}
    </Badge>
  );
}
