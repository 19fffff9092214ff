import { useQuery } from '@tanstack/react-query';
import { queries } from '../../../api/queries.ts';
import { SelectField, TextField } from '../../../components/field.tsx';
import { useMay } from '../../../session/me.tsx';
import { SUBJECTS } from '../methods.ts';
import type { FieldsProps } from './use-client-form.ts';

/** The name a client is known by in a certificate of a CA, and which CAs count (RFC 8705 §2.1.2). */
export function SubjectFields({ values, errors, set }: FieldsProps) {
  const may = useMay();
  const trust = useQuery({ ...queries.trustStores(), enabled: may('trust:read') });
  return (
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
        {/* Which groups there are is told to who reads trust; one that is chosen already stays. */}
        {!may('trust:read') && values.trust_group !== '' && (
          <option value={values.trust_group}>{values.trust_group}</option>
        )}
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
  );
}
