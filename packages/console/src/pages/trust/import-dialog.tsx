import { useMutation } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import type { ImportedCertificates, PreviewedCertificates, TrustStore } from '../../api/admin-api.ts';
import { changes } from '../../api/queries.ts';
import { Button } from '../../components/button.tsx';
import { CertificateCard } from '../../components/certificate-card.tsx';
import { textOfFile } from '../../components/certificate-file.ts';
import { Dialog } from '../../components/dialog.tsx';
import { TextArea, TextField } from '../../components/field.tsx';
import { exposedFile, holdsPrivateKey, type PrivateFile } from '../../components/private-key.ts';
import { useSettled } from '../../components/settled.ts';
import { Badge, Notice } from '../../components/states.tsx';
import { useToasts } from '../../components/toast.tsx';
import { text } from '../../words/words.tsx';
import { type ChosenRole, RoleChoice } from './role-choice.tsx';

/** What was typed and chosen, kept while the dialog is closed. Passwords are not. */
export type ImportDraft = {
  readonly pasted: string;
  readonly file: { readonly name: string; readonly content: string } | undefined;
  readonly alias: string;
  readonly role: ChosenRole;
};
export const EMPTY_DRAFT: ImportDraft = { pasted: '', file: undefined, alias: '', role: 'rule' };

const PAUSE_MS = 300;

/** A file that was chosen and holds a private key. */
type ExposedFile = { readonly name: string; readonly kind: PrivateFile };

async function exposedIn(file: File): Promise<ExposedFile | undefined> {
  const kind = holdsPrivateKey(await textOfFile(file))
    ? 'private key'
    : exposedFile(new Uint8Array(await file.arrayBuffer()));
  return kind && { name: file.name, kind };
}

/** What became of an import, in sentences. */
function importedText({ added, known }: ImportedCertificates): string {
  const vouching = [...added, ...known].filter(({ role }) => role === 'authority').length;
  return [
    text('trust.imported', { count: added.length }),
    ...(known.length > 0 ? [text('trust.importedknown', { count: known.length })] : []),
    vouching === 0 ? text('trust.importednone') : text('trust.importedvouch', { count: vouching }),
  ].join(' ');
}

/** Takes certificates into a trust store or group, from a file or by paste; they are looked at before. */
export function ImportDialog({
  store: { group },
  name,
  draft,
  onDraft,
  onClose,
}: {
  readonly store: Pick<TrustStore, 'group'>;
  readonly name: string;
  readonly draft: ImportDraft;
  readonly onDraft: (draft: ImportDraft) => void;
  readonly onClose: () => void;
}) {
  const toasts = useToasts();
  const [password, setPassword] = useState('');
  const [exposed, setExposed] = useState<ExposedFile>();
  const { pasted, file, alias, role } = draft;
  const content = file?.content ?? pasted;
  const isExposed = exposed !== undefined || holdsPrivateKey(content);
  const { mutate, isPending, error } = useMutation({
    ...changes.addTrusted,
    onSuccess: (imported) => {
      toasts.done(importedText(imported));
      onDraft(EMPTY_DRAFT);
      onClose();
    },
  });
  const change = (changed: Partial<ImportDraft>) => onDraft({ ...draft, ...changed });
  const submit = () =>
    mutate({
      content,
      password,
      ...(alias.trim() !== '' && { alias: alias.trim() }),
      ...(group !== undefined && { group }),
      ...(role !== 'rule' && { role }),
    });
  return (
    <Dialog title={text('trust.importinto', { store: name })} onClose={onClose} wide>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <div className="dialog-body">
          <FileChoice
            chosen={exposed?.name ?? file?.name}
            onChoose={async (chosen) => {
              // What holds a private key is kept nowhere, and sent nowhere.
              const found = await exposedIn(chosen);
              setExposed(found);
              const taken = found ? undefined : { name: chosen.name, content: await textOfFile(chosen) };
              change({ file: taken });
            }}
            onDrop={() => {
              setExposed(undefined);
              change({ file: undefined });
            }}
          />
          {file === undefined ? (
            <TextArea
              label={text('trust.orpaste')}
              rows={6}
              value={pasted}
              placeholder={'-----BEGIN CERTIFICATE-----\n…'}
              onChange={(event) => change({ pasted: event.target.value })}
            />
          ) : (
            pasted !== '' && <p className="quiet">{text('trust.filekept', { file: file.name })}</p>
          )}
          <div className="row">
            <TextField
              label={text('trust.storepassword')}
              optional
              type="password"
              autoComplete="off"
              value={password}
              hint={text('trust.storepasswordhint')}
              onChange={(event) => setPassword(event.target.value)}
            />
            <TextField
              label={text('trust.alias')}
              optional
              value={alias}
              hint={text('trust.aliashint')}
              onChange={(event) => change({ alias: event.target.value })}
            />
          </div>
          {isExposed ? (
            <Notice kind="error" title={text('trust.exposed')}>
              <p>
                {exposed === undefined
                  ? text('trust.exposedhint')
                  : text(exposed.kind === 'key store' ? 'trust.exposedstore' : 'trust.exposedfile', {
                      file: exposed.name,
                    })}
              </p>
            </Notice>
          ) : (
            <Preview content={content} password={password} group={group} />
          )}
          <RoleChoice value={role} onChange={(chosen) => change({ role: chosen })} />
          {error && (
            <Notice kind="error">
              <span lang="en">{error.message}</span>
            </Notice>
          )}
        </div>
        <footer>
          <Button onClick={onClose}>{text('common.cancel')}</Button>
          <Button type="submit" look="primary" busy={isPending} disabled={content.trim() === '' || isExposed}>
            {text('common.import')}
          </Button>
        </footer>
      </form>
    </Dialog>
  );
}

/** What the server finds in it, as soon as typing rests. */
function Preview({
  content,
  password,
  group,
}: {
  readonly content: string;
  readonly password: string;
  readonly group: string | undefined;
}) {
  const asked = useSettled(JSON.stringify({ content, password, group }), PAUSE_MS);
  const { mutate, data, error, reset } = useMutation(changes.previewTrusted);
  useEffect(() => {
    const of: { content: string; password: string; group?: string } = JSON.parse(asked);
    if (of.content.trim() === '') reset();
    else mutate(of);
  }, [asked, mutate, reset]);
  if (content.trim() === '') return null;
  if (error) {
    return (
      <Notice kind="warning">
        <span lang="en">{error.message}</span>
      </Notice>
    );
  }
  return data === undefined ? null : <Previewed previewed={data} />;
}

function Previewed({
  previewed: { certificates, private_keys },
}: {
  readonly previewed: PreviewedCertificates;
}) {
  if (certificates.length === 0) return <Notice kind="warning">{text('trust.previewnone')}</Notice>;
  return (
    <section aria-live="polite">
      <h3>{text('trust.previewcount', { count: certificates.length })}</h3>
      {private_keys > 0 && <Notice kind="warning">{text('trust.keysleft', { count: private_keys })}</Notice>}
      {certificates.map(({ certificate, alias, findings }) => (
        <CertificateCard
          key={certificate['x5t#S256']}
          certificate={certificate}
          findings={findings}
          actions={alias !== undefined && <Badge kind="accent">{text('trust.already', { alias })}</Badge>}
        />
      ))}
    </section>
  );
}

function FileChoice({
  chosen,
  onChoose,
  onDrop,
}: {
  readonly chosen: string | undefined;
  readonly onChoose: (file: File) => Promise<void>;
  readonly onDrop: () => void;
}) {
  const picker = useRef<HTMLInputElement>(null);
  return (
    <div className="toolbar">
      <Button icon="upload" onClick={() => picker.current?.click()}>
        {text('common.choosefile')}
      </Button>
      <span className="quiet break">{chosen ?? text('trust.filekinds')}</span>
      {chosen !== undefined && (
        <Button small icon="close" onClick={onDrop}>
          {text('trust.dropfile')}
        </Button>
      )}
      <input
        ref={picker}
        type="file"
        hidden
        tabIndex={-1}
        aria-hidden="true"
        onChange={(event) => {
          const file = event.target.files?.[0];
          event.target.value = '';
          if (file) void onChoose(file);
        }}
      />
    </div>
  );
}
