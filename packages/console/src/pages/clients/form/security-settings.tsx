import { Checkbox, SelectField } from '../../../components/field.tsx';
import { JwksInput } from '../../../components/jwks-preview.tsx';
import { text } from '../../../words/words.tsx';
import { BINDINGS, bindingOf, PROFILES, profileOf, REQUEST_ALGORITHMS } from '../methods.ts';
import type { FieldsProps } from './use-client-form.ts';
import { asksForSigningKeys } from './values.ts';

/** What is wrong here must be seen. */
const OPENING = ['profile', 'request_object_signing_alg', 'tls_client_certificate_bound_access_tokens'];

/** What is asked of the client's requests, and what its tokens are bound to. */
export function SecuritySettings({ values, errors, set }: FieldsProps) {
  const asksForKeys = asksForSigningKeys(values);
  const isWrong =
    OPENING.some((field) => errors[field] !== undefined) || (asksForKeys && errors.jwks_uri !== undefined);
  return (
    <details className="more" open={isWrong || undefined}>
      <summary>{text('clientform.security')}</summary>
      <SelectField
        label={text('clientform.profile')}
        hint={text('clientform.profilehint')}
        value={values.profile ?? ''}
        error={errors.profile}
        onChange={(event) => set({ profile: profileOf(event.target.value) })}
      >
        <option value="">{text('clientform.noprofile')}</option>
        {Object.entries(PROFILES).map(([value, label]) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
      </SelectField>
      <SelectField
        label={text('clientform.bound')}
        hint={text('clientform.boundhint')}
        value={values.binding}
        error={errors.tls_client_certificate_bound_access_tokens}
        onChange={(event) => set({ binding: bindingOf(event.target.value) })}
      >
        {Object.entries(BINDINGS).map(([value, label]) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
      </SelectField>
      <Checkbox
        label={text('clientform.dpop')}
        hint={text('clientform.dpophint')}
        checked={values.dpop}
        onChange={(event) => set({ dpop: event.target.checked })}
      />
      <Checkbox
        label={text('clientform.par')}
        hint={text('clientform.parhint')}
        checked={values.par}
        onChange={(event) => set({ par: event.target.checked })}
      />
      <Checkbox
        label={text('clientform.pkce')}
        hint={text('clientform.pkcehint')}
        checked={values.require_pkce}
        onChange={(event) => set({ require_pkce: event.target.checked })}
      />
      <Checkbox
        label={text('clientform.jar')}
        hint={text('clientform.jarhint')}
        checked={values.jar}
        onChange={(event) => set({ jar: event.target.checked })}
      />
      <SelectField
        label={text('clientform.jaralg')}
        value={values.jar_alg}
        error={errors.request_object_signing_alg}
        onChange={(event) => set({ jar_alg: event.target.value })}
      >
        <option value="">{text('clientform.anyalgorithm')}</option>
        {offered(values.jar_alg).map((alg) => (
          <option key={alg}>{alg}</option>
        ))}
      </SelectField>
      {asksForKeys && (
        <>
          <p className="hint">{text('clientform.signingkeys')}</p>
          <JwksInput
            value={values.jwks_uri}
            onChange={(jwks_uri) => set({ jwks_uri })}
            error={errors.jwks_uri}
          />
        </>
      )}
    </details>
  );
}

/** The algorithms to choose from; one that a client has already stays among them. */
const offered = (chosen: string): readonly string[] => [
  ...new Set([...REQUEST_ALGORITHMS, ...(chosen === '' ? [] : [chosen])]),
];
