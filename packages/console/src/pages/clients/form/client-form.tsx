import { type ReactNode, useState } from 'react';
import type { CertificateCheck, Client } from '../../../api/admin-api.ts';
import { Button } from '../../../components/button.tsx';
import { TextField } from '../../../components/field.tsx';
import { Notice } from '../../../components/states.tsx';
import { text } from '../../../words/words.tsx';
import { CallbackUrls } from '../callback-urls.tsx';
import { GrantChoices } from './grant-choices.tsx';
import { MoreSettings } from './more-settings.tsx';
import { NameWarnings } from './name-warnings.tsx';
import { ProofFields } from './proof-fields.tsx';
import { SecuritySettings } from './security-settings.tsx';
import { TokenSettings } from './token-settings.tsx';
import { useClientForm } from './use-client-form.ts';
import type { Values } from './values.ts';

/** The one form a client is added and edited with. */
export function ClientForm({
  client,
  submitLabel,
  onSubmit,
  cancel,
}: {
  readonly client?: Client;
  readonly submitLabel: string;
  readonly onSubmit: (values: Values) => Promise<void>;
  readonly cancel: ReactNode;
}) {
  const { busy, choose, submit, ...form } = useClientForm(client, onSubmit);
  const { values, errors, set } = form;
  const [checked, setChecked] = useState<readonly CertificateCheck[]>();
  const fatal =
    values.proof === 'certificate' &&
    (checked?.some(({ findings }) => findings.some(({ severity }) => severity === 'error')) ?? false);
  return (
    <form
      className="card form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <TextField
        label={text('common.clientname')}
        value={values.client_name}
        maxLength={200}
        error={errors.client_name}
        onChange={(event) => set({ client_name: event.target.value })}
        required
      />
      <NameWarnings name={values.client_name} client_id={client?.client_id} />
      <ProofFields {...form} client={client} onChoose={choose} onChecked={setChecked} />
      <CallbackUrls
        label={text('clientform.callback')}
        hint={text('clientform.callbackhint')}
        accepted={values.plain_http_redirect_uris}
        values={values.redirect_uris}
        onChange={(redirect_uris) => set({ redirect_uris })}
        error={errors.redirect_uris}
      />
      <GrantChoices {...form} />
      <SecuritySettings {...form} />
      <MoreSettings {...form} isNew={client === undefined} />
      <TokenSettings {...form} />
      {errors.form !== undefined && <Notice kind="error">{errors.form}</Notice>}
      {fatal && <Notice kind="warning">{text('clientform.cannotauthenticate')}</Notice>}
      <div className="form-actions">
        {cancel}
        <Button type="submit" look="primary" busy={busy}>
          {submitLabel}
        </Button>
      </div>
    </form>
  );
}
