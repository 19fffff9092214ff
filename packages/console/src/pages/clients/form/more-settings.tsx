import { Checkbox, SelectField, TextArea, TextField } from '../../../components/field.tsx';
import { text } from '../../../words/words.tsx';
import { CallbackUrls } from '../callback-urls.tsx';
import { ID_TOKEN_ALGORITHMS } from '../methods.ts';
import type { FieldsProps } from './use-client-form.ts';

/** What is wrong here must be seen. */
const OPENING = ['scope', 'allowed_cors_origins', 'sector_identifier_uri'];

/** What most clients need not change. */
export function MoreSettings({ values, errors, set, isNew }: FieldsProps & { readonly isNew: boolean }) {
  const usesBrowser = values.grant_types.includes('authorization_code');
  return (
    <details className="more" open={OPENING.some((field) => errors[field] !== undefined) || undefined}>
      <summary>{text('clientform.more')}</summary>
      <TextField
        label={text('clientform.scopes')}
        optional
        value={values.scope}
        error={errors.scope}
        hint={usesBrowser && isNew ? text('clientform.scopesdefault') : text('clientform.scopeshint')}
        onChange={(event) => set({ scope: event.target.value })}
      />
      <Checkbox
        label={text('clientform.claimsinid')}
        hint={text('clientform.claimsinidhint')}
        checked={values.claims_in_id_token}
        onChange={(event) => set({ claims_in_id_token: event.target.checked })}
      />
      <SelectField
        label={text('clientform.accesstokens')}
        value={values.access_token_type}
        onChange={(event) =>
          set({ access_token_type: event.target.value === 'reference' ? 'reference' : 'jwt' })
        }
      >
        <option value="jwt">{text('clientform.jwt')}</option>
        <option value="reference">{text('clientform.reference')}</option>
      </SelectField>
      <SelectField
        label={text('clientform.idtokens')}
        value={values.id_token_alg ?? ''}
        onChange={(event) =>
          set({ id_token_alg: ID_TOKEN_ALGORITHMS.find((alg) => alg === event.target.value) })
        }
      >
        <option value="">{text('clientform.idtokensdefault')}</option>
        {ID_TOKEN_ALGORITHMS.map((alg) => (
          <option key={alg}>{alg}</option>
        ))}
      </SelectField>
      <Checkbox
        label={text('clientform.pairwise')}
        hint={text('clientform.pairwisehint')}
        checked={values.pairwise}
        onChange={(event) => set({ pairwise: event.target.checked })}
      />
      <TextField
        label={text('clientform.sector')}
        optional
        type="url"
        value={values.sector_identifier_uri}
        error={errors.sector_identifier_uri}
        hint={text('clientform.sectorhint')}
        onChange={(event) => set({ sector_identifier_uri: event.target.value })}
      />
      <Checkbox
        label={text('clientform.native')}
        hint={text('clientform.nativehint')}
        checked={values.native}
        onChange={(event) => set({ native: event.target.checked })}
      />
      <CallbackUrls
        label={text('clientform.aftersignout')}
        hint={text('clientform.aftersignouthint')}
        accepted={values.plain_http_redirect_uris}
        values={values.post_logout_redirect_uris}
        onChange={(post_logout_redirect_uris) => set({ post_logout_redirect_uris })}
      />
      <TextArea
        label={text('clientform.origins')}
        optional
        rows={2}
        value={values.allowed_cors_origins}
        error={errors.allowed_cors_origins}
        hint={text('clientform.originshint')}
        onChange={(event) => set({ allowed_cors_origins: event.target.value })}
      />
      <TextField
        label={text('clientform.logout')}
        optional
        type="url"
        value={values.backchannel_logout_uri}
        error={errors.backchannel_logout_uri}
        onChange={(event) => set({ backchannel_logout_uri: event.target.value })}
      />
      <TextField
        label={text('clientform.beginsat')}
        optional
        type="url"
        value={values.initiate_login_uri}
        error={errors.initiate_login_uri}
        hint={text('clientform.beginsathint')}
        onChange={(event) => set({ initiate_login_uri: event.target.value })}
      />
      <TextField
        label={text('clientform.homepage')}
        optional
        type="url"
        value={values.client_uri}
        error={errors.client_uri}
        onChange={(event) => set({ client_uri: event.target.value })}
      />
      <TextArea
        label={text('clientform.contacts')}
        optional
        rows={2}
        value={values.contacts}
        hint={text('clientform.onealine')}
        onChange={(event) => set({ contacts: event.target.value })}
      />
    </details>
  );
}
