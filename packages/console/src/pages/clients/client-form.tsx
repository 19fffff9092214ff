import { type ReactNode, useState } from 'react';
import { ApiError } from '../../api/request.ts';
import { useResource } from '../../api/resource.ts';
import type { CertificateCheck, Client, TrustStore } from '../../api/types.ts';
import { Button } from '../../components/button.tsx';
import { CertificateInput } from '../../components/certificate-input.tsx';
import { Checkbox, RadioCards, SelectField, TextArea, TextField } from '../../components/field.tsx';
import { JwksInput } from '../../components/jwks-preview.tsx';
import { Notice } from '../../components/states.tsx';
import { leaveFreely, useLeaveGuard } from '../../navigation/router.tsx';
import { CallbackUrls } from './callback-urls.tsx';
import { GRANTS, SUBJECTS, type SubjectField } from './methods.ts';
import { callbackProblem } from './redirect-uri.ts';

/** What a person chooses first: what the client proves itself with. */
type Proof = 'certificate' | 'jwks_uri' | 'subject' | 'secret' | 'assertion' | 'none';

const PROOFS: readonly { readonly value: Proof; readonly label: string; readonly hint: string }[] = [
  { value: 'certificate', label: 'Application certificate', hint: 'Self-signed, pasted here as PEM' },
  { value: 'jwks_uri', label: 'JWKS URI', hint: 'The client publishes its certificate' },
  { value: 'subject', label: 'Certificate of a CA', hint: 'Known by a name in it' },
  { value: 'secret', label: 'Client secret', hint: 'A generated password' },
  { value: 'assertion', label: 'Signed assertion', hint: 'private_key_jwt, keys at a JWKS URI' },
  { value: 'none', label: 'Public client', hint: 'An app that can keep no secret' },
];

const SECRET_IN = ['client_secret_basic', 'client_secret_post', 'client_secret_jwt'] as const;
type SecretIn = (typeof SECRET_IN)[number];

const secretIn = (method: string): SecretIn =>
  SECRET_IN.find((known) => known === method) ?? 'client_secret_basic';

type Values = {
  readonly client_name: string;
  readonly proof: Proof;
  readonly secret_in: SecretIn;
  readonly certificate: string;
  readonly jwks_uri: string;
  readonly subject_field: SubjectField;
  readonly subject: string;
  readonly trust_group: string;
  readonly redirect_uris: readonly string[];
  readonly post_logout_redirect_uris: readonly string[];
  readonly grant_types: readonly string[];
  readonly scope: string;
  readonly bound: boolean;
  readonly access_token_type: 'jwt' | 'reference';
  readonly native: boolean;
  readonly par: boolean;
  readonly backchannel_logout_uri: string;
  readonly client_uri: string;
  readonly contacts: string;
};

const NEW: Values = {
  client_name: '',
  proof: 'certificate',
  secret_in: 'client_secret_basic',
  certificate: '',
  jwks_uri: '',
  subject_field: 'tls_client_auth_subject_dn',
  subject: '',
  trust_group: '',
  redirect_uris: [],
  post_logout_redirect_uris: [],
  grant_types: ['authorization_code', 'refresh_token', 'client_credentials'],
  scope: '',
  bound: true,
  access_token_type: 'jwt',
  native: false,
  par: false,
  backchannel_logout_uri: '',
  client_uri: '',
  contacts: '',
};

function proofOf(client: Client): Proof {
  switch (client.token_endpoint_auth_method) {
    case 'tls_client_auth':
      return 'subject';
    case 'self_signed_tls_client_auth':
      return client.jwks_uri === undefined ? 'certificate' : 'jwks_uri';
    case 'private_key_jwt':
      return 'assertion';
    case 'none':
      return 'none';
    default:
      return 'secret';
  }
}

function valuesOf(client: Client): Values {
  const field = SUBJECTS.find(({ value }) => client[value] !== undefined)?.value ?? NEW.subject_field;
  return {
    client_name: client.client_name,
    proof: proofOf(client),
    secret_in: secretIn(client.token_endpoint_auth_method),
    certificate: '',
    jwks_uri: client.jwks_uri ?? '',
    subject_field: field,
    subject: client[field] ?? '',
    trust_group: client.trust_group ?? '',
    redirect_uris: client.redirect_uris,
    post_logout_redirect_uris: client.post_logout_redirect_uris,
    grant_types: client.grant_types,
    scope: client.scope,
    bound: client.tls_client_certificate_bound_access_tokens,
    access_token_type: client.access_token_type,
    native: client.application_type === 'native',
    par: client.require_pushed_authorization_requests,
    backchannel_logout_uri: client.backchannel_logout_uri ?? '',
    client_uri: client.client_uri ?? '',
    contacts: client.contacts.join('\n'),
  };
}

const METHOD_OF: Readonly<Record<Exclude<Proof, 'secret'>, string>> = {
  certificate: 'self_signed_tls_client_auth',
  jwks_uri: 'self_signed_tls_client_auth',
  subject: 'tls_client_auth',
  assertion: 'private_key_jwt',
  none: 'none',
};

const lines = (text: string) =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
const filled = (values: readonly string[]) =>
  values.map((value) => value.trim()).filter((value) => value !== '');

/** RFC 7591 metadata of the values; `null` takes away what an earlier registration had. */
function metadataOf(values: Values, before: Client | undefined): Record<string, unknown> {
  const absent = before ? null : undefined;
  const { proof } = values;
  const certificates = before?.certificates ?? [];
  const metadata: Record<string, unknown> = {
    client_name: values.client_name.trim(),
    token_endpoint_auth_method: proof === 'secret' ? values.secret_in : METHOD_OF[proof],
    grant_types: values.grant_types,
    redirect_uris: filled(values.redirect_uris),
    post_logout_redirect_uris: filled(values.post_logout_redirect_uris),
    scope: before || values.scope.trim() !== '' ? values.scope.trim() : undefined,
    certificates:
      values.certificate.trim() === '' ? certificates : [...certificates, values.certificate.trim()],
    jwks_uri: ['jwks_uri', 'assertion'].includes(proof) ? values.jwks_uri.trim() || absent : absent,
    trust_group: proof === 'subject' && values.trust_group !== '' ? values.trust_group : absent,
    tls_client_certificate_bound_access_tokens: values.bound,
    access_token_type: values.access_token_type,
    // A loopback address or a private scheme makes a new client native by itself.
    application_type: before || values.native ? (values.native ? 'native' : 'web') : undefined,
    require_pushed_authorization_requests: values.par,
    backchannel_logout_uri: values.backchannel_logout_uri.trim() || absent,
    client_uri: values.client_uri.trim() || absent,
    contacts: lines(values.contacts),
  };
  for (const { value } of SUBJECTS) {
    metadata[value] = proof === 'subject' && value === values.subject_field ? values.subject.trim() : absent;
  }
  if (!before && Array.isArray(metadata.certificates) && metadata.certificates.length === 0) {
    delete metadata.certificates;
  }
  return Object.fromEntries(Object.entries(metadata).filter(([, value]) => value !== undefined));
}

type Errors = Readonly<Record<string, string>>;

function errorsOf(values: Values, before: Client | undefined): Errors {
  const errors: Record<string, string> = {};
  if (values.client_name.trim() === '') errors.client_name = 'Give it a name.';
  if (
    values.proof === 'certificate' &&
    values.certificate.trim() === '' &&
    (before?.certificates.length ?? 0) === 0 &&
    before?.jwks === undefined
  ) {
    errors.certificates = 'Paste the certificate in PEM format.';
  }
  const hasKeys = values.jwks_uri.trim() !== '' || before?.jwks !== undefined;
  if (['jwks_uri', 'assertion'].includes(values.proof) && !hasKeys) {
    errors.jwks_uri = 'Write the URI of the JWK set.';
  }
  if (values.proof === 'subject' && values.subject.trim() === '')
    errors.subject = 'Write the value as the certificate carries it.';
  const urls = filled(values.redirect_uris);
  if (urls.some((uri) => callbackProblem(uri) !== undefined))
    errors.redirect_uris = 'Correct the callback URL.';
  else if (values.grant_types.includes('authorization_code') && urls.length === 0) {
    errors.redirect_uris = 'The authorization code grant needs a callback URL.';
  }
  if (values.grant_types.length === 0) errors.grant_types = 'Choose at least one.';
  return errors;
}

/** Which input of the form a field of the server's answer belongs to. */
function placeOf(field: string | undefined): string {
  if (field === undefined) return 'form';
  if (field.startsWith('certificates')) return 'certificates';
  if (field.startsWith('tls_client_auth_')) return 'subject';
  return field;
}

/** The one form a service provider is added and edited with. */
export function ClientForm({
  client,
  submitLabel,
  onSubmit,
  cancel,
}: {
  readonly client?: Client;
  readonly submitLabel: string;
  readonly onSubmit: (metadata: Record<string, unknown>) => Promise<void>;
  readonly cancel: ReactNode;
}) {
  const [values, setValues] = useState<Values>(() => (client ? valuesOf(client) : NEW));
  const [touched, setTouched] = useState(false);
  const [errors, setErrors] = useState<Errors>({});
  const [busy, setBusy] = useState(false);
  const [checked, setChecked] = useState<CertificateCheck>();
  const trust = useResource<{ items: readonly TrustStore[] }>(
    values.proof === 'subject' ? '/truststore' : undefined,
  );
  useLeaveGuard(touched && !busy);

  const set = (changes: Partial<Values>) => {
    setTouched(true);
    setValues((before) => ({ ...before, ...changes }));
    setErrors((before) =>
      Object.fromEntries(Object.entries(before).filter(([place]) => place !== 'form' && !(place in changes))),
    );
  };
  const toggleGrant = (grant: string, on: boolean) =>
    set({
      grant_types: on
        ? [...values.grant_types, grant]
        : values.grant_types.filter((chosen) => chosen !== grant),
    });
  const choose = (proof: Proof) => {
    setErrors({});
    set({
      proof,
      grant_types:
        proof === 'none'
          ? values.grant_types.filter((grant) => grant !== 'client_credentials')
          : values.grant_types,
    });
  };

  const submit = async () => {
    const found = errorsOf(values, client);
    setErrors(found);
    if (Object.keys(found).length > 0) {
      requestAnimationFrame(() => {
        const first = document.querySelector('.wrong input, .wrong textarea, .wrong select');
        if (first instanceof HTMLElement) first.focus();
      });
      return;
    }
    setBusy(true);
    leaveFreely();
    try {
      await onSubmit(metadataOf(values, client));
    } catch (failure) {
      const message = failure instanceof Error ? failure.message : String(failure);
      const place = failure instanceof ApiError ? placeOf(failure.field) : 'form';
      setErrors({
        [place]: message,
        ...([
          'form',
          'client_name',
          'certificates',
          'jwks_uri',
          'subject',
          'redirect_uris',
          'grant_types',
          'scope',
        ].includes(place)
          ? {}
          : { form: message }),
      });
      setBusy(false);
    }
  };

  const usesBrowser = values.grant_types.includes('authorization_code');
  const fatal = checked?.findings.some(({ severity }) => severity === 'error') ?? false;
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
        label="Service provider name"
        value={values.client_name}
        maxLength={200}
        error={errors.client_name}
        onChange={(event) => set({ client_name: event.target.value })}
        required
      />
      <RadioCards
        legend="How it proves who it is"
        name="proof"
        value={values.proof}
        options={PROOFS}
        onChange={choose}
      />
      {values.proof === 'certificate' && (
        <CertificateInput
          label={
            client && client.certificates.length > 0
              ? 'Another application certificate'
              : 'Application certificate'
          }
          hint="The certificate in PEM format, without its private key. It is looked at before it is saved."
          value={values.certificate}
          onChange={(certificate) => {
            set({ certificate });
            setErrors(({ certificates: _gone, ...others }) => others);
          }}
          onChecked={setChecked}
          error={errors.certificates}
          client_id={client?.client_id}
        />
      )}
      {(values.proof === 'jwks_uri' || values.proof === 'assertion') && (
        <JwksInput
          value={values.jwks_uri}
          onChange={(jwks_uri) => set({ jwks_uri })}
          error={errors.jwks_uri}
        />
      )}
      {values.proof === 'subject' && (
        <>
          <div className="row">
            <SelectField
              label="Known by"
              value={values.subject_field}
              onChange={(event) => {
                const chosen = SUBJECTS.find(({ value }) => value === event.target.value);
                if (chosen) set({ subject_field: chosen.value });
              }}
            >
              {SUBJECTS.map(({ value, label }) => (
                <option key={value} value={value}>
                  {label}
                </option>
              ))}
            </SelectField>
            <TextField
              label="Value in the certificate"
              placeholder={SUBJECTS.find(({ value }) => value === values.subject_field)?.example}
              value={values.subject}
              error={errors.subject}
              onChange={(event) => set({ subject: event.target.value })}
            />
          </div>
          <SelectField
            label="Trusted authorities"
            value={values.trust_group}
            error={errors.trust_group}
            hint="The certificate must chain to one of these, and revocation is checked as the group says."
            onChange={(event) => set({ trust_group: event.target.value })}
          >
            <option value="">The trust store</option>
            {trust.data?.items.flatMap(({ group, entries }) =>
              group === undefined
                ? []
                : [
                    <option key={group} value={group}>
                      {group} ({entries.length})
                    </option>,
                  ],
            )}
          </SelectField>
        </>
      )}
      {values.proof === 'secret' && (
        <SelectField
          label="Where the secret is sent"
          value={values.secret_in}
          onChange={(event) => set({ secret_in: secretIn(event.target.value) })}
          hint={client ? undefined : 'It is generated and shown once, when the service provider is added.'}
        >
          <option value="client_secret_basic">Authorization header (Basic)</option>
          <option value="client_secret_post">Request body</option>
          <option value="client_secret_jwt">Nowhere: it signs an assertion (client_secret_jwt)</option>
        </SelectField>
      )}
      <CallbackUrls
        label="Callback URL"
        hint="Where people come back to after signing in. Compared character by character."
        values={values.redirect_uris}
        onChange={(redirect_uris) => set({ redirect_uris })}
        error={errors.redirect_uris}
      />
      <fieldset className={`field grants${errors.grant_types ? ' wrong' : ''}`}>
        <legend>Grant types</legend>
        <div className="choices">
          {GRANTS.map(({ value, label, hint }) => (
            <Checkbox
              key={value}
              label={label}
              hint={hint}
              checked={values.grant_types.includes(value)}
              disabled={value === 'client_credentials' && values.proof === 'none'}
              onChange={(event) => toggleGrant(value, event.target.checked)}
            />
          ))}
        </div>
        <p className="field-error" aria-live="polite">
          {errors.grant_types}
        </p>
      </fieldset>
      <details className="more" open={errors.scope !== undefined || undefined}>
        <summary>More settings</summary>
        <TextField
          label="Scopes"
          optional
          value={values.scope}
          error={errors.scope}
          hint={
            usesBrowser && !client
              ? 'Separated by spaces. Left empty: openid, profile, email, address, phone.'
              : 'Separated by spaces: what the client may ask for.'
          }
          onChange={(event) => set({ scope: event.target.value })}
        />
        <Checkbox
          label="Bind access tokens to the client certificate"
          hint="A stolen token is worth nothing without the certificate’s key (RFC 8705 §3)."
          checked={values.bound}
          onChange={(event) => set({ bound: event.target.checked })}
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
        <Checkbox
          label="Native application"
          hint="Its loopback callback matches with any port (RFC 8252 §7.3)."
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
          values={values.post_logout_redirect_uris}
          onChange={(post_logout_redirect_uris) => set({ post_logout_redirect_uris })}
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
      {errors.form !== undefined && <Notice kind="error">{errors.form}</Notice>}
      {fatal && (
        <Notice kind="warning">
          With this certificate the client cannot authenticate as things stand now.
        </Notice>
      )}
      <div className="form-actions">
        {cancel}
        <Button type="submit" look="primary" busy={busy}>
          {submitLabel}
        </Button>
      </div>
    </form>
  );
}
