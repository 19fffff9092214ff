import type { CertificateCheck, Client } from '../../../api/admin-api.ts';
import { CertificateInput } from '../../../components/certificate-input.tsx';
import { RadioCards, SelectField } from '../../../components/field.tsx';
import { JwksInput } from '../../../components/jwks-preview.tsx';
import { SubjectFields } from './subject-fields.tsx';
import type { FieldsProps } from './use-client-form.ts';
import { type Proof, secretIn } from './values.ts';

const PROOFS: readonly { readonly value: Proof; readonly label: string; readonly hint: string }[] = [
  { value: 'certificate', label: 'Application certificate', hint: 'Self-signed, pasted here as PEM' },
  { value: 'jwks_uri', label: 'JWKS URI', hint: 'The client publishes its certificate' },
  { value: 'subject', label: 'Certificate of a CA', hint: 'Known by a name in it' },
  { value: 'secret', label: 'Client secret', hint: 'A generated password' },
  { value: 'assertion', label: 'Signed assertion', hint: 'private_key_jwt, keys at a JWKS URI' },
  { value: 'none', label: 'Public client', hint: 'An app that can keep no secret' },
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
  readonly onChecked: (check: CertificateCheck | undefined) => void;
}) {
  const { values, errors, set } = form;
  return (
    <>
      <RadioCards
        legend="How it proves who it is"
        name="proof"
        value={values.proof}
        options={PROOFS}
        onChange={onChoose}
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
          label="Where the secret is sent"
          value={values.secret_in}
          onChange={(event) => set({ secret_in: secretIn(event.target.value) })}
          hint={client ? undefined : 'It is generated and shown once, when the client is added.'}
        >
          <option value="client_secret_basic">Authorization header (Basic)</option>
          <option value="client_secret_post">Request body</option>
          <option value="client_secret_jwt">Nowhere: it signs an assertion (client_secret_jwt)</option>
        </SelectField>
      )}
    </>
  );
}
