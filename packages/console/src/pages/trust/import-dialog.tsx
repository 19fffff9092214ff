import { useMutation } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import type { TrustStore } from '../../api/admin-api.ts';
import { changes } from '../../api/queries.ts';
import { Button } from '../../components/button.tsx';
import { textOfFile } from '../../components/certificate-file.ts';
import { Dialog } from '../../components/dialog.tsx';
import { TextArea, TextField } from '../../components/field.tsx';
import { Notice } from '../../components/states.tsx';
import { useToasts } from '../../components/toast.tsx';
import { type ChosenRole, RoleChoice } from './role-choice.tsx';

/** Takes certificates into a trust store or group, from a file or by paste. */
export function ImportDialog({
  store,
  name,
  onClose,
}: {
  readonly store: TrustStore;
  readonly name: string;
  readonly onClose: () => void;
}) {
  const toasts = useToasts();
  const { mutate, reset, isPending, error } = useMutation({
    ...changes.addTrusted,
    onSuccess: ({ added, known }) => {
      const vouching = [...added, ...known].filter((entry) => entry.role === 'authority').length;
      toasts.done(
        `${added.length} imported${known.length > 0 ? `, ${known.length} were there already` : ''}; ${
          vouching === 0
            ? 'none vouches for clients'
            : vouching === 1 && added.length + known.length === 1
              ? 'it vouches for clients'
              : `${vouching} vouch for clients`
        }.`,
      );
      onClose();
    },
  });
  const [content, setContent] = useState('');
  const [file, setFile] = useState<string>();
  const [password, setPassword] = useState('');
  const [alias, setAlias] = useState('');
  const [role, setRole] = useState<ChosenRole>('rule');
  const submit = () =>
    mutate({
      content,
      password,
      ...(alias.trim() !== '' && { alias: alias.trim() }),
      ...(store.group !== undefined && { group: store.group }),
      ...(role !== 'rule' && { role }),
    });
  return (
    <Dialog title={`Import into: ${name}`} onClose={onClose} wide>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <div className="dialog-body">
          <FileChoice
            chosen={file}
            onChoose={async (chosen) => {
              reset();
              setFile(chosen.name);
              setContent(await textOfFile(chosen));
            }}
          />
          {(file === undefined || content.includes('-----BEGIN')) && (
            <TextArea
              label="Or paste PEM, or base64 of a file"
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
          <RoleChoice value={role} onChange={setRole} />
          {error && <Notice kind="error">{error.message}</Notice>}
        </div>
        <footer>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" look="primary" busy={isPending} disabled={content.trim() === ''}>
            Import
          </Button>
        </footer>
      </form>
    </Dialog>
  );
}

function FileChoice({
  chosen,
  onChoose,
}: {
  readonly chosen: string | undefined;
  readonly onChoose: (file: File) => Promise<void>;
}) {
  const picker = useRef<HTMLInputElement>(null);
  return (
    <div className="toolbar">
      <Button icon="upload" onClick={() => picker.current?.click()}>
        Choose a file
      </Button>
      <span className="quiet">{chosen ?? 'PEM, PKCS#7, DER, JKS or PKCS#12'}</span>
      <input
        ref={picker}
        type="file"
        hidden
        tabIndex={-1}
        aria-hidden="true"
        onChange={(event) => {
          const file = event.target.files?.[0];
          if (file) void onChoose(file);
        }}
      />
    </div>
  );
}
