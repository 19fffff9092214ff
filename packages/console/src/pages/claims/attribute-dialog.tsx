import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { Attribute } from '../../api/admin-api.ts';
import { changes } from '../../api/queries.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Checkbox, SelectField, TextField } from '../../components/field.tsx';
import { ErrorText } from '../../components/server-text.tsx';
import { Notice } from '../../components/states.tsx';
import { useToasts } from '../../components/toast.tsx';
import { text } from '../../words/words.tsx';

const TYPES: readonly Attribute['type'][] = ['string', 'integer', 'boolean', 'date', 'url', 'email', 'phone'];

/** Defines an attribute of people; changes the one that is given. */
export function AttributeDialog({
  attribute,
  onClose,
}: {
  readonly attribute?: Attribute;
  readonly onClose: () => void;
}) {
  const toasts = useToasts();
  const [name, setName] = useState(attribute?.name ?? '');
  const [type, setType] = useState<Attribute['type']>(attribute?.type ?? 'string');
  const [list, setList] = useState(attribute?.list ?? false);
  const [pattern, setPattern] = useState(attribute?.pattern ?? '');
  const [title, setTitle] = useState(attribute?.title ?? '');
  const onSuccess = (saved: Attribute) => {
    toasts.done(
      text(attribute ? 'claims.attributechanged' : 'claims.attributedefined', { name: saved.name }),
    );
    onClose();
  };
  const add = useMutation({ ...changes.addAttribute, onSuccess });
  const replace = useMutation({ ...changes.replaceAttribute, onSuccess });
  const error = add.error ?? replace.error;
  const isText = type !== 'integer' && type !== 'boolean';
  const save = () => {
    const { max_length, minimum, maximum } = attribute ?? {};
    const specification = {
      type,
      list,
      ...(isText && pattern !== '' && { pattern }),
      ...(isText && max_length !== undefined && { max_length }),
      ...(type === 'integer' && minimum !== undefined && { minimum }),
      ...(type === 'integer' && maximum !== undefined && { maximum }),
      ...(title.trim() !== '' && { title: title.trim() }),
    };
    if (attribute) replace.mutate({ name: attribute.name, etag: `"${attribute.revision}"`, specification });
    else add.mutate({ name: name.trim(), ...specification });
  };
  return (
    <Dialog
      title={
        attribute ? text('claims.changetitle', { name: attribute.name }) : text('claims.defineattribute')
      }
      onClose={onClose}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          save();
        }}
      >
        <div className="dialog-body">
          {!attribute && (
            <TextField
              label={text('common.name')}
              value={name}
              hint={text('claims.namehint')}
              onChange={(event) => setName(event.target.value)}
            />
          )}
          <SelectField
            label={text('common.type')}
            value={type}
            onChange={({ target }) => setType(TYPES.find((each) => each === target.value) ?? 'string')}
          >
            {TYPES.map((each) => (
              <option key={each} translate="no">
                {each}
              </option>
            ))}
          </SelectField>
          <Checkbox
            label={text('claims.haslist')}
            checked={list}
            onChange={(event) => setList(event.target.checked)}
          />
          {isText && (
            <TextField
              label={text('claims.pattern')}
              optional
              value={pattern}
              hint={text('claims.patternhint')}
              onChange={(event) => setPattern(event.target.value)}
            />
          )}
          <TextField
            label={text('claims.label')}
            optional
            value={title}
            hint={text('claims.labelhint')}
            onChange={(event) => setTitle(event.target.value)}
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
            disabled={!attribute && name.trim() === ''}
          >
            {text(attribute ? 'common.save' : 'claims.definebutton')}
          </Button>
        </footer>
      </form>
    </Dialog>
  );
}
