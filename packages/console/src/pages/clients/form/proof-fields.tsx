import type { CertificateCheck, Client } from '../../../api/admin-api.ts';
import { CertificateInput } from '../../../components/certificate-input.tsx';
import { RadioCards, SelectField } from '../../../components/field.tsx';
import { JwksInput } from '../../../components/jwks-preview.tsx';
import { text } from '../../../words/words.tsx';
import { SubjectFields } from './subject-fields.tsx';
import type { FieldsProps } from './use-client-form.ts';
import { type Proof, secretIn } from './values.ts';

const PROOFS: readonly { readonly value: Proof; readonly label: string; readonly hint: string }[] = [
  { value: 'certificate', label: text('clientform.certificate'), hint: text('clientform.certificatehint') },
  { value: 'jwks_uri', label: text('clientform.jwks'), hint: text('clientform.jwkshint') },
  { value: 'subject', label: text('clientform.subject'), hint: text('clientform.subjecthint') },
  { value: 'secret', label: text('clientform.secret'), hint: text('clientform.secrethint') },
  { value: 'assertion', label: text('clientform.assertion'), hint: text('clientform.assertionhint') },
  { value: 'none', label: text('clientform.public'), hint: text('clientform.publichint') },
];

/** What the client proves itself with, and the inputs of that proof. */
export function ProofFields({
  client,
  onChoose,
  onChecked,
  ...form
}: FieldsProps & {
  readonly client: Client | undefined;
  readonly onChoose: (proof: Proof) => void;
  readonly onChecked: (checks: readonly CertificateCheck[] | undefined) => void;
}) {
  const { values, errors, set } = form;
  return (
    <>
      <RadioCards
        legend={text('clientform.proof')}
        name="proof"
        value={values.proof}
        options={PROOFS}
        onChange={onChoose}
      />
      {values.proof === 'certificate' && (
        <CertificateInput
          label={
            client && client.certificates.length > 0
              ? text('clientform.anothercertificate')
              : text('clientform.certificate')
          }
          hint={text('clientform.pastehint')}
          value={values.certificate}
          onChange={(certificate) => set({ certificate })}
          onChecked={onChecked}
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
      {values.proof === 'subject' && <SubjectFields {...form} />}
      {values.proof === 'secret' && (
        <SelectField
          label={text('clientform.secretsent')}
          value={values.secret_in}
          onChange={(event) => set({ secret_in: secretIn(event.target.value) })}
          hint={client ? undefined : text('clientform.secretonce')}
        >
          <option value="client_secret_basic">{text('clientform.inheader')}</option>
          <option value="client_secret_post">{text('clientform.inbody')}</option>
          <option value="client_secret_jwt">{text('clientform.signs')}</option>
        </SelectField>
      )}
    </>
  );
}
