import { useRef, useState } from 'react';
import { Button } from '../../../components/button.tsx';
import { textWithoutKey } from '../../../components/certificate-file.ts';
import { UnreadableCsv } from '../../../components/csv.ts';
import { TextArea } from '../../../components/field.tsx';
import { holdsPrivateKey } from '../../../components/private-key.ts';
import { Notice } from '../../../components/states.tsx';
import { text } from '../../../words/words.tsx';
import { type GivenClient, givenClients, NoClients } from './given-clients.ts';

const MOST_BYTES = 32 * 1024 * 1024;

/** Why a file cannot be taken, in words. */
function problemOf(error: unknown): string {
  if (error instanceof UnreadableCsv) return text('clientimport.notcsv', { row: error.row });
  if (error instanceof NoClients)
    return text(error.because === 'no columns' ? 'clientimport.nocolumns' : 'clientimport.nojson');
  return error instanceof Error ? error.message : String(error);
}

/** Chooses a file of clients, or has its content pasted; what holds a private key is not taken. */
export function ClientFileForm({
  busy,
  onChange,
  onJudge,
}: {
  readonly busy: boolean;
  /** @returns false where what is chosen is to stay */
  readonly onChange: () => boolean;
  readonly onJudge: (clients: readonly GivenClient[]) => void;
}) {
  const picker = useRef<HTMLInputElement>(null);
  const [pasted, setPasted] = useState('');
  const [file, setFile] = useState<{ readonly name: string; readonly content: string }>();
  const [problem, setProblem] = useState<string>();
  const mayChange = (): boolean => {
    const may = onChange();
    if (may) setProblem(undefined);
    return may;
  };
  const take = async (chosen: File) => {
    if (!mayChange()) return;
    setFile(undefined);
    try {
      if (chosen.size > MOST_BYTES) throw new Error(text('clientimport.large', { file: chosen.name }));
      setFile({ name: chosen.name, content: await textWithoutKey(chosen) });
    } catch (error) {
      setProblem(problemOf(error));
    }
  };
  const judge = () => {
    setProblem(undefined);
    try {
      const content = file?.content ?? pasted;
      if (holdsPrivateKey(content)) throw new Error(text('guard.keyfield'));
      const clients = givenClients(content);
      if (clients.length === 0) throw new Error(text('clientimport.nobody'));
      onJudge(clients);
    } catch (error) {
      setProblem(problemOf(error));
    }
  };
  return (
    <section className="card">
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault();
          judge();
        }}
      >
        <div className="toolbar">
          <Button icon="upload" onClick={() => picker.current?.click()}>
            {text('common.choosefile')}
          </Button>
          <span className="quiet break">{file?.name ?? text('clientimport.kinds')}</span>
          {file && (
            <Button
              small
              icon="close"
              onClick={() => {
                if (mayChange()) setFile(undefined);
              }}
            >
              {text('trust.dropfile')}
            </Button>
          )}
          <input
            ref={picker}
            type="file"
            accept=".json,.jsonl,.ndjson,.csv,.txt"
            hidden
            tabIndex={-1}
            aria-hidden="true"
            onChange={(event) => {
              const chosen = event.target.files?.[0];
              // The same file may be chosen once more after it was changed.
              event.target.value = '';
              if (chosen) void take(chosen);
            }}
          />
        </div>
        {file === undefined && (
          <TextArea
            label={text('clientimport.orpaste')}
            hint={text('clientimport.pastehint')}
            rows={6}
            value={pasted}
            translate="no"
            placeholder={'{"client_name": "Orders", "grant_types": ["client_credentials"]}'}
            onChange={(event) => {
              if (mayChange()) setPasted(event.target.value);
            }}
          />
        )}
        {problem !== undefined && <Notice kind="error">{problem}</Notice>}
        <div className="form-actions">
          <Button
            type="submit"
            look="primary"
            icon="search"
            busy={busy}
            disabled={file === undefined && pasted.trim() === ''}
          >
            {text('clientimport.judge')}
          </Button>
        </div>
      </form>
    </section>
  );
}
