import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { NewImport } from '../../api/admin-api.ts';
import { changes, queries } from '../../api/queries.ts';
import type { Body } from '../../api/request.ts';
import { Button } from '../../components/button.tsx';
import { ConfirmDialog } from '../../components/dialog.tsx';
import { SelectField, TextArea, TextField } from '../../components/field.tsx';
import { PageHeader } from '../../components/page-header.tsx';
import { ErrorText } from '../../components/server-text.tsx';
import { Empty, Failed, Loading, Notice } from '../../components/states.tsx';
import { useToasts } from '../../components/toast.tsx';
import { text } from '../../words/words.tsx';
import { ChosenFiles, importedFiles } from './chosen-files.tsx';
import { ReportSection } from './report.tsx';

const SOURCE_NAMES: Readonly<Record<string, string>> = {
  keycloak: 'Keycloak',
  wso2: 'WSO2 Identity Server',
  countersign: 'Countersign',
  people: text('importing.people'),
};

type Input = Omit<Body<NewImport>, 'dry_run'>;

/** @throws Error for what is no JSON */
async function answersIn(file: File | undefined): Promise<Input['answers']> {
  if (!file) return undefined;
  try {
    return JSON.parse(await file.text());
  } catch {
    throw new Error(text('importing.notjson', { file: file.name }));
  }
}

/** Brings in what another server has: the files are chosen, judged, and then brought in as they were judged. */
export function ImportPage() {
  const toasts = useToasts();
  const { data, error, isPending, refetch } = useQuery(queries.importSources());
  const [judged, setJudged] = useState<Input>();
  const [asking, setAsking] = useState(false);
  const bringIn = useMutation(changes.bringIn);
  const report = bringIn.data;
  const judge = async (input: Input) => {
    await bringIn.mutateAsync({ ...input, dry_run: true });
    setJudged(input);
  };
  return (
    <>
      <PageHeader title={text('importing.title')} about={text('importing.about')} />
      {error && !data && <Failed error={error} retry={refetch} />}
      {isPending && <Loading />}
      {data?.items.length === 0 && <Empty title={text('importing.nosources')} />}
      {data && data.items.length > 0 && (
        <InputForm
          sources={data.items.map(({ source }) => source)}
          busy={bringIn.isPending}
          onChange={() => {
            setJudged(undefined);
            bringIn.reset();
          }}
          onJudge={judge}
        />
      )}
      {bringIn.error && (
        <Notice
          kind="error"
          title={text(bringIn.variables.dry_run ? 'importing.nothingbrought' : 'importing.notall')}
        >
          <ErrorText error={bringIn.error} />
        </Notice>
      )}
      {report && <ReportSection report={report} />}
      {judged && report?.dry_run && (
        <div className="actions">
          <Button look="primary" icon="download" busy={bringIn.isPending} onClick={() => setAsking(true)}>
            {text('importing.bringin')}
          </Button>
        </div>
      )}
      {judged && asking && (
        <ConfirmDialog
          title={text('importing.bringinquestion')}
          action={text('importing.bringin')}
          onClose={() => setAsking(false)}
          onConfirm={async () => {
            await bringIn.mutateAsync({ ...judged, dry_run: false });
            setJudged(undefined);
            toasts.done(text('importing.broughtin'));
          }}
        >
          <p>{text('importing.bringintext')}</p>
        </ConfirmDialog>
      )}
    </>
  );
}

function InputForm({
  sources,
  busy,
  onChange,
  onJudge,
}: {
  readonly sources: readonly string[];
  readonly busy: boolean;
  /** What was judged is not what is chosen any more. */
  readonly onChange: () => void;
  readonly onJudge: (input: Input) => Promise<void>;
}) {
  const [source, setSource] = useState(sources[0] ?? '');
  const [files, setFiles] = useState<readonly File[]>([]);
  const [trust, setTrust] = useState<readonly File[]>([]);
  const [answers, setAnswers] = useState<readonly File[]>([]);
  const [password, setPassword] = useState('');
  const [authorities, setAuthorities] = useState('');
  const [problem, setProblem] = useState<string>();
  const changing =
    <T,>(set: (value: T) => void) =>
    (value: T) => {
      set(value);
      setProblem(undefined);
      onChange();
    };
  const submit = async () => {
    setProblem(undefined);
    try {
      await onJudge({
        source,
        files: await importedFiles(files),
        trust: await importedFiles(trust),
        store_password: password,
        authorities: authorities.split('\n').flatMap((line) => line.trim() || []),
        answers: await answersIn(answers[0]),
      });
    } catch (error) {
      // What the server says stands below.
      if (error instanceof Error && error.name === 'Error') setProblem(error.message);
    }
  };
  return (
    <section className="card">
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <SelectField
          label={text('common.from')}
          value={source}
          onChange={(event) => changing(setSource)(event.target.value)}
        >
          {sources.map((name) => (
            <option key={name} value={name}>
              {SOURCE_NAMES[name] ?? name}
            </option>
          ))}
        </SelectField>
        <ChosenFiles
          label={text('importing.files')}
          hint={text('importing.fileshint')}
          files={files}
          folder
          onChoose={changing(setFiles)}
        />
        <ChosenFiles
          label={text('importing.trust')}
          hint={text('importing.trusthint')}
          files={trust}
          onChoose={changing(setTrust)}
        />
        {trust.length > 0 && (
          <>
            <TextField
              label={text('importing.storepassword')}
              optional
              type="password"
              value={password}
              hint={text('importing.storepasswordhint')}
              onChange={(event) => changing(setPassword)(event.target.value)}
            />
            <TextArea
              label={text('importing.authorities')}
              optional
              rows={3}
              value={authorities}
              hint={text('importing.authoritieshint')}
              onChange={(event) => changing(setAuthorities)(event.target.value)}
            />
          </>
        )}
        <ChosenFiles
          label={text('importing.answers')}
          hint={text('importing.answershint')}
          files={answers}
          onChoose={(chosen) => changing(setAnswers)(chosen.slice(0, 1))}
        />
        {problem !== undefined && <Notice kind="error">{problem}</Notice>}
        <div className="form-actions">
          <Button type="submit" look="primary" icon="search" busy={busy} disabled={files.length === 0}>
            {text('importing.judge')}
          </Button>
        </div>
      </form>
    </section>
  );
}
