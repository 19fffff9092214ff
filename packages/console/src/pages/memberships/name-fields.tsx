import { TextArea, TextField } from '../../components/field.tsx';
import { text } from '../../words/words.tsx';

/** What groups and roles are called, and what they are for. */
export function NameFields({
  name,
  description,
  hint,
  onName,
  onDescription,
}: {
  readonly name: string;
  readonly description: string;
  readonly hint: string;
  readonly onName: (name: string) => void;
  readonly onDescription: (description: string) => void;
}) {
  return (
    <>
      <TextField
        label={text('common.name')}
        hint={hint}
        value={name}
        maxLength={200}
        required
        onChange={(event) => onName(event.target.value)}
      />
      <TextArea
        label={text('common.description')}
        optional
        rows={2}
        value={description}
        maxLength={1000}
        onChange={(event) => onDescription(event.target.value.replaceAll('\n', ' '))}
      />
    </>
  );
}
