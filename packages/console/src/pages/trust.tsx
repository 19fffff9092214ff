import { useRef, useState } from 'react';
import { pathOf, queryOf, request } from '../api/request.ts';
import { invalidate, useResource } from '../api/resource.ts';
import type { RevocationState, TrustEntry, TrustStore } from '../api/types.ts';
import { Button } from '../components/button.tsx';
import { CertificateCard, commonNameOf } from '../components/certificate-card.tsx';
import { Dialog } from '../components/dialog.tsx';
import { TextArea, TextField } from '../components/field.tsx';
import { PageHeader } from '../components/page-header.tsx';
import { Badge, Empty, Failed, Loading, Notice } from '../components/states.tsx';
import { Time } from '../components/time.tsx';
import { useToasts } from '../components/toast.tsx';
import { useMay } from '../session/me.tsx';

const REVOCATION: Readonly<Record<TrustStore['revocation'], string>> = {
  off: 'revocation not checked',
  prefer: 'revocation checked, lenient',
  require: 'revocation required',
};

/** What client certificates may chain to. */
export function TrustPage() {
  const { data, error, loading, reload } = useResource<{ items: readonly TrustStore[] }>(
    '/truststore',
    15_000,
  );
  return (
    <>
      <PageHeader
        title="Trust"
        about="The certificates that client certificates may chain to: the trust store, and named groups that clients can be tied to."
      />
      {error && !data && <Failed error={error} retry={reload} />}
      {loading && <Loading />}
      {data?.items.map((store) => (
        <StoreSection key={store.group ?? ''} store={store} />
      ))}
      <RevocationSection />
    </>
  );
}

function StoreSection({ store }: { readonly store: TrustStore }) {
  const may = useMay();
  const toasts = useToasts();
  const [importing, setImporting] = useState(false);
  const [open, setOpen] = useState<string>();
  const name = store.group === undefined ? 'Trust store' : `Group ${store.group}`;
  const remove = async ({ alias, certificate }: TrustEntry) => {
    try {
      await request(
        'DELETE',
        `${pathOf('truststore', 'certificates', alias)}${queryOf({ group: store.group })}`,
      );
      invalidate('/truststore');
      toasts.done(`${commonNameOf(certificate.subject)} is no longer trusted.`, async () => {
        const body = {
          content: certificate.pem,
          alias,
          ...(store.group !== undefined && { group: store.group }),
        };
        await request('POST', '/truststore/certificates', body);
        invalidate('/truststore');
      });
    } catch (failure) {
      toasts.failed(failure);
    }
  };
  return (
    <section className="card" aria-label={name}>
      <header className="card-head">
        <div>
          <h2>{name}</h2>
          <p className="quiet break">
            {store.file_name} <Badge>{store.type}</Badge>{' '}
            {store.group !== undefined && (
              <Badge kind={store.revocation === 'off' ? 'plain' : 'good'}>
                {REVOCATION[store.revocation]}
              </Badge>
            )}
          </p>
        </div>
        {may('admin:trust') && (
          <Button icon="upload" onClick={() => setImporting(true)}>
            Import
          </Button>
        )}
      </header>
      {store.entries.length === 0 ? (
        <Empty title="Nothing is trusted here yet." icon="trust">
          <p>Import the certificate of a CA, or of one client, from a PEM file, a JKS or a PKCS#12 store.</p>
        </Empty>
      ) : (
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
                <ExpiryBadge until={entry.certificate.not_after} />
                {may('admin:trust') && (
                  <Button small icon="trash" onClick={() => void remove(entry)}>
                    Remove
                  </Button>
                )}
              </div>
              {open === entry.alias && <CertificateCard certificate={entry.certificate} />}
            </li>
          ))}
        </ul>
      )}
      {importing && <ImportDialog store={store} name={name} onClose={() => setImporting(false)} />}
    </section>
  );
}

function ExpiryBadge({ until }: { readonly until: string }) {
  const days = (Date.parse(until) - Date.now()) / 86_400_000;
  const kind = days < 0 ? 'bad' : days < 30 ? 'warn' : 'plain';
  return (
    <Badge kind={kind}>
      {days < 0 ? 'expired' : 'expires'} <Time at={until} />
    </Badge>
  );
}

function ImportDialog({
  store,
  name,
  onClose,
}: {
  readonly store: TrustStore;
  readonly name: string;
  readonly onClose: () => void;
}) {
  const toasts = useToasts();
  const picker = useRef<HTMLInputElement>(null);
  const [content, setContent] = useState('');
  const [file, setFile] = useState<string>();
  const [password, setPassword] = useState('');
  const [alias, setAlias] = useState('');
  const [error, setError] = useState<string>();
  const [busy, setBusy] = useState(false);

  const choose = async (chosen: File | undefined) => {
    if (!chosen) return;
    const bytes = new Uint8Array(await chosen.arrayBuffer());
    const text = new TextDecoder().decode(bytes);
    setFile(chosen.name);
    setError(undefined);
    setContent(
      text.includes('-----BEGIN')
        ? text
        : btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join('')),
    );
  };
  const isText = content === '' || content.includes('-----BEGIN');
  const submit = async () => {
    setBusy(true);
    try {
      const answer = await request<{ added: readonly TrustEntry[]; known: readonly TrustEntry[] }>(
        'POST',
        '/truststore/certificates',
        {
          content,
          password,
          ...(alias.trim() !== '' && { alias: alias.trim() }),
          ...(store.group !== undefined && { group: store.group }),
        },
      );
      invalidate('/truststore');
      toasts.done(
        `${answer.added.length} imported${answer.known.length > 0 ? `, ${answer.known.length} were there already` : ''}.`,
      );
      onClose();
    } catch (failure) {
      setError(failure instanceof Error ? failure.message : String(failure));
      setBusy(false);
    }
  };
  return (
    <Dialog title={`Import into: ${name}`} onClose={onClose} wide>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <div className="dialog-body">
          <div className="toolbar">
            <Button icon="upload" onClick={() => picker.current?.click()}>
              Choose a file
            </Button>
            <span className="quiet">{file ?? 'PEM, JKS or PKCS#12'}</span>
            <input
              ref={picker}
              type="file"
              hidden
              tabIndex={-1}
              aria-hidden="true"
              onChange={(event) => void choose(event.target.files?.[0])}
            />
          </div>
          {isText && (
            <TextArea
              label="Or paste PEM"
              rows={6}
              value={content}
              placeholder={'-----BEGIN CERTIFICATE-----\n…'}
              onChange={(event) => {
                setContent(event.target.value);
                setFile(undefined);
              }}
            />
          )}
          <div className="row">
            <TextField
              label="Password of the store"
              optional
              type="password"
              autoComplete="off"
              value={password}
              hint="Of a JKS or PKCS#12 store."
              onChange={(event) => setPassword(event.target.value)}
            />
            <TextField
              label="Alias"
              optional
              value={alias}
              hint="The thumbprint when left empty."
              onChange={(event) => setAlias(event.target.value)}
            />
          </div>
          {error !== undefined && <Notice kind="error">{error}</Notice>}
        </div>
        <footer>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" look="primary" busy={busy} disabled={content.trim() === ''}>
            Import
          </Button>
        </footer>
      </form>
    </Dialog>
  );
}

function RevocationSection() {
  const { data, error, reload } = useResource<{ items: readonly RevocationState[] }>('/revocation', 15_000);
  return (
    <section className="card">
      <h2>Revocation</h2>
      <p className="quiet">
        The CRLs and OCSP responses that are held now, for the groups that check revocation.
      </p>
      {error && !data && <Failed error={error} retry={reload} />}
      {data?.items.length === 0 && (
        <Empty title="Nothing is held.">
          <p>
            A trust group with <code>revocation = "prefer"</code> or <code>"require"</code> fetches what it
            needs.
          </p>
        </Empty>
      )}
      {data && data.items.length > 0 && (
        <table className="rows">
          <caption className="unseen">Revocation sources</caption>
          <thead>
            <tr>
              <th scope="col">Source</th>
              <th scope="col">Kind</th>
              <th scope="col">Issued</th>
              <th scope="col">Next</th>
              <th scope="col">State</th>
            </tr>
          </thead>
          <tbody>
            {data.items.map((state) => (
              <tr key={state.location + (state.serial ?? '')}>
                <th scope="row" className="break">
                  {state.location}
                  {state.serial !== undefined && <span className="because">serial {state.serial}</span>}
                </th>
                <td data-label="Kind">{state.kind.toUpperCase()}</td>
                <td data-label="Issued">{state.this_update ? <Time at={state.this_update} /> : '–'}</td>
                <td data-label="Next">{state.next_update ? <Time at={state.next_update} /> : '–'}</td>
                <td data-label="State">
                  {state.error ? (
                    <>
                      <Badge kind="bad">not renewed</Badge>
                      <span className="because">{state.error.problems.join('; ')}</span>
                    </>
                  ) : (
                    <Badge kind="good">held</Badge>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}
