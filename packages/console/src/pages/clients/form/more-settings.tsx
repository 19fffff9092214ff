import { Checkbox, SelectField, TextArea, TextField } from '../../../components/field.tsx';
import { CallbackUrls } from '../callback-urls.tsx';
import { BINDINGS, bindingOf, ID_TOKEN_ALGORITHMS } from '../methods.ts';
import type { FieldsProps } from './use-client-form.ts';

/** What is wrong here must be seen. */
const OPENING = ['scope', 'allowed_cors_origins', 'sector_identifier_uri'];

/** What most clients need not change. */
export function MoreSettings({ values, errors, set, isNew }: FieldsProps & { readonly isNew: boolean }) {
  const usesBrowser = values.grant_types.includes('authorization_code');
  return (
    <details className="more" open={OPENING.some((field) => errors[field] !== undefined) || undefined}>
      <summary>More settings</summary>
      <TextField
        label="Scopes"
        optional
        value={values.scope}
        error={errors.scope}
        hint={
          usesBrowser && isNew
            ? 'Separated by spaces. Left empty: openid, profile, email, address, phone.'
            : 'Separated by spaces: what the client may ask for.'
        }
        onChange={(event) => set({ scope: event.target.value })}
      />
      <SelectField
        label="Access tokens bound to the client certificate"
        hint="A stolen token is worth nothing without the certificate’s key (RFC 8705 §3)."
        value={values.binding}
        onChange={(event) => set({ binding: bindingOf(event.target.value) })}
      >
        {Object.entries(BINDINGS).map(([value, label]) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
      </SelectField>
      <Checkbox
        label="Scope claims in the ID token"
        hint="What profile, email, address and phone give stands in the ID token too, for an application that cannot ask UserInfo."
        checked={values.claims_in_id_token}
        onChange={(event) => set({ claims_in_id_token: event.target.checked })}
      />
      <SelectField
        label="Access tokens"
        value={values.access_token_type}
        onChange={(event) =>
          set({ access_token_type: event.target.value === 'reference' ? 'reference' : 'jwt' })
        }
      >
        <option value="jwt">Signed JWT, verified by resource servers themselves</option>
        <option value="reference">Opaque, looked up by introspection and revoked at once</option>
      </SelectField>
      <SelectField
        label="ID tokens signed with"
        value={values.id_token_alg ?? ''}
        onChange={(event) =>
          set({ id_token_alg: ID_TOKEN_ALGORITHMS.find((alg) => alg === event.target.value) })
        }
      >
        <option value="">
          What applications expect that do not say: RS256, under a profile ES256 or PS256
        </option>
        {ID_TOKEN_ALGORITHMS.map((alg) => (
          <option key={alg}>{alg}</option>
        ))}
      </SelectField>
      <Checkbox
        label="Pairwise subjects"
        hint="The sector of the application knows each person by a sub of its own: the host of its callback URLs, unless a sector identifier says otherwise (OpenID Connect Core §8). People are other people to it after a change."
        checked={values.pairwise}
        onChange={(event) => set({ pairwise: event.target.checked })}
      />
      <TextField
        label="Sector identifier URI"
        optional
        type="url"
        value={values.sector_identifier_uri}
        error={errors.sector_identifier_uri}
        hint="Where a JSON array lists the callback URLs of the sector. Needed with pairwise subjects and callback URLs of several hosts."
        onChange={(event) => set({ sector_identifier_uri: event.target.value })}
      />
      <Checkbox
        label="Native application"
        hint="Its loopback callback, localhost included, matches with any port (RFC 8252 §7.3)."
        checked={values.native}
        onChange={(event) => set({ native: event.target.checked })}
      />
      <Checkbox
        label="Require pushed authorization requests"
        hint="RFC 9126 §6."
        checked={values.par}
        onChange={(event) => set({ par: event.target.checked })}
      />
      <CallbackUrls
        label="URL after sign-out"
        hint="Where people may be sent once they have signed out."
        accepted={values.plain_http_redirect_uris}
        values={values.post_logout_redirect_uris}
        onChange={(post_logout_redirect_uris) => set({ post_logout_redirect_uris })}
      />
      <TextArea
        label="Allowed origins"
        optional
        rows={2}
        value={values.allowed_cors_origins}
        error={errors.allowed_cors_origins}
        hint="One a line, such as https://app.example.com: where scripts of the application run. Those of the callback URLs of a public client are allowed already."
        onChange={(event) => set({ allowed_cors_origins: event.target.value })}
      />
      <TextField
        label="Back-channel logout URL"
        optional
        type="url"
        value={values.backchannel_logout_uri}
        error={errors.backchannel_logout_uri}
        onChange={(event) => set({ backchannel_logout_uri: event.target.value })}
      />
      <TextField
        label="Sign-in begins at"
        optional
        type="url"
        value={values.initiate_login_uri}
        error={errors.initiate_login_uri}
        hint="Where others send people who are to sign in to the application (OpenID Connect Core §4)."
        onChange={(event) => set({ initiate_login_uri: event.target.value })}
      />
      <TextField
        label="Home page"
        optional
        type="url"
        value={values.client_uri}
        error={errors.client_uri}
        onChange={(event) => set({ client_uri: event.target.value })}
      />
      <TextArea
        label="Contacts"
        optional
        rows={2}
        value={values.contacts}
        hint="One a line."
        onChange={(event) => set({ contacts: event.target.value })}
      />
    </details>
  );
}
