import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Setting, SettingsPreview } from '../../api/admin-api.ts';
import { changes, queries } from '../../api/queries.ts';
import { ApiError, type Tagged } from '../../api/request.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Notice } from '../../components/states.tsx';
import { useToasts } from '../../components/toast.tsx';
import { text } from '../../words/words.tsx';
import { ChangedLines } from './changed-lines.tsx';
import { SettingField } from './setting-field.tsx';
import { readTyped, type SettingValue, type Typed, typedOf } from './typed-value.ts';

/** What is wrong with a change, and of which setting where it is of one. */
type Wrong = { readonly said: string; readonly key?: string | undefined; readonly isMeanwhile?: true };

const wrongOf = (failure: unknown): Wrong => {
  if (!(failure instanceof ApiError)) return { said: String(failure) };
  if (failure.status === 412) return { said: text('settings.meanwhile'), isMeanwhile: true };
  return { said: failure.message, key: failure.field };
};

/** Changes settings of the node that is asked: first what would be different in its file, then the file. */
export function ChangeDialog({
  title,
  settings,
  etag,
  onClose,
}: {
  readonly title: string;
  readonly settings: readonly Setting[];
  /** Of the file as it is shown. */
  readonly etag: string;
  readonly onClose: () => void;
}) {
  const toasts = useToasts();
  const queryClient = useQueryClient();
  const [typed, setTyped] = useState<Readonly<Record<string, Typed>>>(() =>
    Object.fromEntries(settings.map((setting) => [setting.key, typedOf(setting)])),
  );
  const [preview, setPreview] = useState<Tagged<SettingsPreview>>();
  const [busy, setBusy] = useState(false);
  const [wrong, setWrong] = useState<Wrong>();
  const { mutateAsync: write } = useMutation(changes.changeSettings);

  const read = settings.map((setting) => {
    const now = typed[setting.key] ?? typedOf(setting);
    const { written, out } = typedOf(setting);
    return {
      setting,
      now,
      isTouched: now.written !== written || now.out !== out,
      value: readTyped(setting, now),
    };
  });
  const touched = read.filter(({ isTouched }) => isTouched);
  const changed: Readonly<Record<string, SettingValue>> = Object.fromEntries(
    touched.flatMap(({ setting: { key }, value }) => ('value' in value ? [[key, value.value]] : [])),
  );
  const canPreview = touched.length > 0 && touched.every(({ value }) => 'value' in value);

  /** Somebody else wrote the file: what is shown becomes what it is, and what was typed stays. */
  const failed = async (failure: unknown) => {
    const said = wrongOf(failure);
    setWrong(said);
    setPreview(undefined);
    if (said.isMeanwhile) await queryClient.invalidateQueries({ queryKey: ['settings'] });
  };
  const attempt = async (work: () => Promise<void>) => {
    setBusy(true);
    setWrong(undefined);
    await work().catch(failed);
    setBusy(false);
  };
  const look = () =>
    attempt(async () => setPreview(await queries.previewSettings({ changes: changed }, etag).queryFn({})));
  const save = (seen: Tagged<SettingsPreview>) =>
    attempt(async () => {
      await write({ changes: changed, etag: seen.etag });
      toasts.done(text('settings.written', { key: seen.keys.join(', ') }));
      onClose();
    });

  return (
    <Dialog title={title} onClose={onClose} wide>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (preview === undefined) void look();
          else if (preview.lines.length > 0) void save(preview);
        }}
      >
        <div className="dialog-body">
          {preview === undefined ? (
            read.map(({ setting, now, isTouched, value }) => (
              <SettingField
                key={setting.key}
                setting={setting}
                typed={now}
                problem={
                  isTouched && 'problem' in value
                    ? value.problem
                    : wrong?.key === setting.key
                      ? wrong.said
                      : undefined
                }
                onType={(next) => {
                  setWrong(undefined);
                  setTyped((before) => ({ ...before, [setting.key]: next }));
                }}
              />
            ))
          ) : (
            <ChangedLines preview={preview} />
          )}
          {wrong && !settings.some(({ key }) => key === wrong.key) && (
            <Notice kind={wrong.isMeanwhile ? 'warning' : 'error'}>
              {wrong.isMeanwhile ? wrong.said : <span lang="en">{wrong.said}</span>}
            </Notice>
          )}
        </div>
        <footer>
          {preview === undefined ? (
            <Button onClick={onClose}>{text('common.cancel')}</Button>
          ) : (
            <Button onClick={() => setPreview(undefined)}>{text('settings.goback')}</Button>
          )}
          <Button
            type="submit"
            look="primary"
            busy={busy}
            disabled={preview === undefined ? !canPreview : preview.lines.length === 0}
          >
            {text(preview === undefined ? 'settings.preview' : 'settings.write')}
          </Button>
        </footer>
      </form>
    </Dialog>
  );
}
