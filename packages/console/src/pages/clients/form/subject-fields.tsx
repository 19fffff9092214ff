import { useQuery } from '@tanstack/react-query';
import { queries } from '../../../api/queries.ts';
import { pastedCertificates } from '../../../components/certificate-input.tsx';
import { SelectField, TextArea, TextField } from '../../../components/field.tsx';
import { holdsPrivateKey } from '../../../components/private-key.ts';
import { useMay } from '../../../session/me.tsx';
import { text } from '../../../words/words.tsx';
import { SUBJECTS } from '../methods.ts';
import type { FieldsProps } from './use-client-form.ts';

const STORE = 'store';
const ANCHORS = 'anchors';
/** Before the name of a group, which may be any. */
const GROUP = 'group:';

/** The name a client is known by in a certificate of a CA, and which CAs count (RFC 8705 §2.1.2). */
export function SubjectFields({ values, errors, set }: FieldsProps) {
  return (
    <>
      <div className="row">
        <SelectField
          label={text('clientform.knownby')}
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
          label={text('clientform.subjectvalue')}
          placeholder={SUBJECTS.find(({ value }) => value === values.subject_field)?.example}
          value={values.subject}
          error={errors.subject}
          onChange={(event) => set({ subject: event.target.value })}
        />
      </div>
      <Authorities values={values} errors={errors} set={set} />
    </>
  );
}

/** Which authorities count for the client: those of the trust store, of a group, or its own. */
function Authorities({ values, errors, set }: FieldsProps) {
  const may = useMay();
  const trust = useQuery({ ...queries.trustStores(), enabled: may('trust:read') });
  const { own_anchors, trust_group, trust_anchors } = values;
  const chosen = own_anchors ? ANCHORS : trust_group === '' ? STORE : `${GROUP}${trust_group}`;
  const choose = (option: string) =>
    set({
      own_anchors: option === ANCHORS,
      trust_group: option.startsWith(GROUP) ? option.slice(GROUP.length) : '',
    });
  const count = pastedCertificates(trust_anchors).length;
  return (
    <>
      <SelectField
        label={text('clientform.authorities')}
        value={chosen}
        error={errors.trust_group}
        hint={text('clientform.authoritieshint')}
        onChange={(event) => choose(event.target.value)}
      >
        <option value={STORE}>{text('clientform.truststore')}</option>
        {/* Which groups there are is told to who reads trust; one that is chosen already stays. */}
        {!may('trust:read') && trust_group !== '' && (
          <option value={`${GROUP}${trust_group}`}>{trust_group}</option>
        )}
        {trust.data?.items.flatMap(({ group, entries }) =>
          group === undefined
            ? []
            : [
                <option key={group} value={`${GROUP}${group}`}>
                  {text('clientform.group', { name: group, count: entries.length })}
                </option>,
              ],
        )}
        <option value={ANCHORS}>{text('clientform.ownanchors')}</option>
      </SelectField>
      {own_anchors && (
        <TextArea
          label={text('clientform.anchors')}
          rows={6}
          value={trust_anchors}
          placeholder={'-----BEGIN CERTIFICATE-----\n…'}
          error={errors.trust_anchors}
          hint={
            count === 0
              ? text('clientform.anchorshint')
              : `${text('clientform.anchorshint')} ${text('clientform.anchorsread', { count })}`
          }
          onChange={(event) => {
            const written = event.target.value;
            set({ trust_anchors: holdsPrivateKey(written) ? '' : written });
          }}
        />
      )}
    </>
  );
}
