import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { ClaimRule, ClaimSpecification } from '../../api/admin-api.ts';
import { changes, queries } from '../../api/queries.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Checkbox, SelectField, TextField } from '../../components/field.tsx';
import { ErrorText } from '../../components/server-text.tsx';
import { Notice } from '../../components/states.tsx';
import { useToasts } from '../../components/toast.tsx';
import { text } from '../../words/words.tsx';
import { DESTINATION_NAMES, DESTINATIONS, type DestinationName, SOURCES, type SourceName } from './words.ts';

type Values = {
  readonly claim: string;
  readonly scope: string;
  readonly client_id: string;
  readonly from: SourceName;
  /** The attribute, the value or the name of the plug-in. */
  readonly made_of: string;
  readonly destinations: readonly DestinationName[];
  readonly form: ClaimSpecification['form'];
  readonly max_size: string;
  readonly description: string;
};

const EMPTY: Values = {
  claim: '',
  scope: '',
  client_id: '',
  from: 'groups',
  made_of: '',
  destinations: ['id_token', 'userinfo'],
  form: 'list',
  max_size: '',
  description: '',
};

function madeOf(source: ClaimRule['source']): string {
  if ('attribute' in source) return source.attribute;
  if ('plug_in' in source) return source.plug_in;
  if (!('value' in source)) return '';
  return typeof source.value === 'string' ? source.value : JSON.stringify(source.value);
}

const valuesOf = (rule: ClaimRule): Values => ({
  claim: rule.claim,
  scope: rule.scope ?? '',
  client_id: rule.client_id ?? '',
  from: rule.source.from,
  made_of: madeOf(rule.source),
  destinations: rule.destinations,
  form: rule.form,
  max_size: rule.max_size === undefined ? '' : String(rule.max_size),
  description: rule.description ?? '',
});

/** A number, true, false or a list where the text is JSON of one, and the text itself otherwise; the server judges it. */
function fixedValue(typed: string): string | number | boolean | (string | number)[] {
  try {
    const value: unknown = JSON.parse(typed);
    if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'string') return value;
    const isItem = (each: unknown): each is string | number =>
      typeof each === 'string' || typeof each === 'number';
    return Array.isArray(value) && value.every(isItem) ? value : typed;
  } catch {
    return typed;
  }
}

function sourceOf({ from, made_of }: Values): ClaimSpecification['source'] {
  switch (from) {
    case 'person_attribute':
    case 'client_attribute':
      return { from, attribute: made_of.trim() };
    case 'plug_in':
      return { from, plug_in: made_of.trim() };
    case 'value':
      return { from, value: fixedValue(made_of) };
    default:
      return { from };
  }
}

function specificationOf(values: Values): ClaimSpecification {
  const { claim, scope, client_id, destinations, form, max_size, description } = values;
  return {
    claim: claim.trim(),
    ...(scope.trim() !== '' && { scope: scope.trim() }),
    ...(client_id.trim() !== '' && { client_id: client_id.trim() }),
    source: sourceOf(values),
    destinations: [...destinations],
    form,
    ...(max_size.trim() !== '' && { max_size: Number(max_size) }),
    ...(description.trim() !== '' && { description: description.trim() }),
  };
}

const isSource = (name: string): name is SourceName => Object.hasOwn(SOURCES, name);

/** Defines a claim; changes the rule that is given. */
export function RuleDialog({ rule, onClose }: { readonly rule?: ClaimRule; readonly onClose: () => void }) {
  const toasts = useToasts();
  const [values, setValues] = useState<Values>(rule ? valuesOf(rule) : EMPTY);
  const set = (changed: Partial<Values>) => setValues((before) => ({ ...before, ...changed }));
  const onSuccess = ({ claim }: ClaimRule) => {
    toasts.done(text(rule ? 'claims.changed' : 'claims.defined', { claim }));
    onClose();
  };
  const add = useMutation({ ...changes.addClaimRule, onSuccess });
  const replace = useMutation({ ...changes.replaceClaimRule, onSuccess });
  const error = add.error ?? replace.error;
  const save = () => {
    const specification = specificationOf(values);
    if (!rule) add.mutate(specification);
    else
      replace.mutate({
        claim_rule_id: rule.claim_rule_id,
        etag: `"${rule.revision}"`,
        specification,
      });
  };
  return (
    <Dialog
      title={rule ? text('claims.change', { claim: rule.claim }) : text('claims.define')}
      onClose={onClose}
      wide
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          save();
        }}
      >
        <div className="dialog-body">
          <TextField
            label={text('claims.claim')}
            value={values.claim}
            hint={text('claims.claimhint')}
            onChange={(event) => set({ claim: event.target.value })}
          />
          <TextField
            label={text('common.scope')}
            value={values.scope}
            hint={text('claims.scopehint')}
            onChange={(event) => set({ scope: event.target.value })}
          />
          <TextField
            label={text('common.client')}
            optional
            value={values.client_id}
            hint={text('claims.clienthint')}
            onChange={(event) => set({ client_id: event.target.value })}
          />
          <SourceFields values={values} set={set} />
          <fieldset>
            <legend>{text('claims.goesto')}</legend>
            {DESTINATION_NAMES.map((name) => (
              <Checkbox
                key={name}
                label={DESTINATIONS[name]}
                checked={values.destinations.includes(name)}
                onChange={(event) =>
                  set({
                    destinations: DESTINATION_NAMES.filter((each) =>
                      each === name ? event.target.checked : values.destinations.includes(each),
                    ),
                  })
                }
              />
            ))}
          </fieldset>
          <TextField
            label={text('claims.octets')}
            optional
            inputMode="numeric"
            value={values.max_size}
            hint={text('claims.octetshint')}
            onChange={(event) => set({ max_size: event.target.value.replaceAll(/\D/g, '') })}
          />
          <TextField
            label={text('claims.consent')}
            optional
            value={values.description}
            hint={text('claims.consenthint')}
            onChange={(event) => set({ description: event.target.value })}
          />
          {error && (
            <Notice kind="error">
              <ErrorText error={error} />
            </Notice>
          )}
        </div>
        <footer>
          <Button onClick={onClose}>{text('common.cancel')}</Button>
          <Button
            type="submit"
            look="primary"
            busy={add.isPending || replace.isPending}
            disabled={values.claim.trim() === '' || values.destinations.length === 0}
          >
            {text(rule ? 'common.save' : 'claims.definebutton')}
          </Button>
        </footer>
      </form>
    </Dialog>
  );
}

type SourceFieldsProps = { readonly values: Values; readonly set: (changed: Partial<Values>) => void };

/** What the claim is made of. */
function SourceFields({ values, set }: SourceFieldsProps) {
  const { data } = useQuery(queries.attributes());
  const { from, made_of, form } = values;
  return (
    <>
      <SelectField
        label={text('claims.madeof')}
        value={from}
        onChange={({ target }) => {
          if (!isSource(target.value)) return;
          const isMany = target.value === 'groups' || target.value === 'roles';
          set({ from: target.value, made_of: '', form: isMany ? 'list' : 'single' });
        }}
      >
        {Object.entries(SOURCES).map(([name, label]) => (
          <option key={name} value={name}>
            {label}
          </option>
        ))}
      </SelectField>
      {from === 'person_attribute' && (
        <>
          <TextField
            label={text('claims.attribute')}
            value={made_of}
            list="attributes-of-people"
            hint={text('claims.attributehint')}
            onChange={(event) => set({ made_of: event.target.value })}
          />
          <datalist id="attributes-of-people">
            {data?.items.map(({ name }) => (
              <option key={name} value={name} />
            ))}
          </datalist>
        </>
      )}
      {(from === 'client_attribute' || from === 'value' || from === 'plug_in') && (
        <TextField
          label={text(
            from === 'value' ? 'common.value' : from === 'plug_in' ? 'claims.plugin' : 'claims.attribute',
          )}
          value={made_of}
          hint={from === 'value' ? text('claims.valuehint') : undefined}
          onChange={(event) => set({ made_of: event.target.value })}
        />
      )}
      <SelectField
        label={text('claims.form')}
        value={form}
        onChange={({ target }) => set({ form: target.value === 'list' ? 'list' : 'single' })}
      >
        <option value="list">{text('claims.list')}</option>
        <option value="single">{text('claims.single')}</option>
      </SelectField>
    </>
  );
}
