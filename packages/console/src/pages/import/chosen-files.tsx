import { useRef } from 'react';
import type { ImportedFile } from '../../api/admin-api.ts';
import { Button } from '../../components/button.tsx';
import { text } from '../../words/words.tsx';

/** The octets of a file in base64. @throws when it cannot be read, as one that was moved meanwhile */
function contentOf(file: File): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onerror = () => reject(new Error(text('importing.unreadablefile', { file: file.name })));
    // `data:…;base64,` goes before it.
    reader.onload = () => resolve(String(reader.result).split(',')[1] ?? '');
    reader.readAsDataURL(file);
  });
}

/** Files as they are sent, each by its path in the folder that was chosen; what begins with a dot is left out. */
export async function importedFiles(files: readonly File[]): Promise<ImportedFile[]> {
  const named = files
    .map((file) => ({ file, name: file.webkitRelativePath.split('/').slice(1).join('/') || file.name }))
    .filter(({ name }) => !name.split('/').some((part) => part.startsWith('.')));
  return Promise.all(named.map(async ({ file, name }) => ({ name, content: await contentOf(file) })));
}

/** Chooses files, or where that is offered a folder of them. */
export function ChosenFiles({
  label,
  hint,
  files,
  folder = false,
  onChoose,
}: {
  readonly label: string;
  readonly hint: string;
  readonly files: readonly File[];
  readonly folder?: boolean;
  readonly onChoose: (files: readonly File[]) => void;
}) {
  return (
    <fieldset className="field">
      <legend>{label}</legend>
      <div className="toolbar">
        <Picker
          label={text(files.length === 0 ? 'importing.choosefiles' : 'importing.chooseothers')}
          about={label}
          onChoose={onChoose}
        />
        {folder && <Picker label={text('importing.choosefolder')} about={label} folder onChoose={onChoose} />}
        {files.length > 0 && (
          <Button look="quiet" icon="close" onClick={() => onChoose([])}>
            {text('importing.choosenone')}
          </Button>
        )}
      </div>
      <p className="hint">{files.length === 0 ? hint : namesOf(files)}</p>
    </fieldset>
  );
}

/** So many names are said. */
const NAMED = 5;
const namesOf = (files: readonly File[]): string => {
  const names = files.slice(0, NAMED).map(({ name }) => name);
  return files.length > NAMED
    ? text('importing.andmore', { names: names.join(', '), count: files.length - NAMED })
    : names.join(', ');
};

function Picker({
  label,
  about,
  folder = false,
  onChoose,
}: {
  readonly label: string;
  readonly about: string;
  readonly folder?: boolean;
  readonly onChoose: (files: readonly File[]) => void;
}) {
  const picker = useRef<HTMLInputElement>(null);
  return (
    <>
      <Button icon="upload" onClick={() => picker.current?.click()}>
        {label}
      </Button>
      <input
        ref={picker}
        type="file"
        multiple
        hidden
        tabIndex={-1}
        aria-hidden="true"
        data-about={about}
        {...(folder && { webkitdirectory: '' })}
        onChange={(event) => {
          const chosen = [...(event.target.files ?? [])];
          if (chosen.length > 0) onChoose(chosen);
          // The same file may be chosen once more after it was changed.
          event.target.value = '';
        }}
      />
    </>
  );
}
