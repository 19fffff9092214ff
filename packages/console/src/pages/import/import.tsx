import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { NewImport } from '../../api/admin-api.ts';
import { changes, queries } from '../../api/queries.ts';
import type { Body } from '../../api/request.ts';
import { Button } from '../../components/button.tsx';
import { ConfirmDialog } from '../../components/dialog.tsx';
import { SelectField, TextArea, TextField } from '../../components/field.tsx';
import { PageHeader } from '../../components/page-header.tsx';
import { Empty, Failed, Loading, Notice } from '../../components/states.tsx';
import { useToasts } from '../../components/toast.tsx';
import { ChosenFiles, importedFiles } from './chosen-files.tsx';
import { ReportSection } from './report.tsx';

const SOURCE_NAMES: Readonly<Record<string, string>> = {
  keycloak: 'Keycloak',
  wso2: 'WSO2 Identity Server',
  countersign: 'Countersign',
  people: 'People, as CSV or JSON lines',
};

type Input = Omit<Body<NewImport>, 'dry_run'>;

/** @throws Error for what is no JSON */
async function answersIn(file: File | undefined): Promise<Input['answers']> {
  if (!file) return undefined;
  try {
    return JSON.parse(await file.text());
  } catch {
    throw new Error(`${file.name} is not JSON.`);
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
      <PageHeader
        title="Import"
        about="Brings in what another server has, from its files. First everything is judged and nothing is written."
      />
      {error && !data && <Failed error={error} retry={refetch} />}
      {isPending && <Loading />}
      {data?.items.length === 0 && <Empty title="This server reads the files of no other one." />}
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
          title={
            bringIn.variables.dry_run ? 'Nothing was brought in' : 'Not everything may have been brought in'
          }
        >
          {bringIn.error.message}
        </Notice>
      )}
      {report && <ReportSection report={report} />}
      {judged && report?.dry_run && (
        <div className="actions">
          <Button look="primary" icon="download" busy={bringIn.isPending} onClick={() => setAsking(true)}>
            Bring it in
          </Button>
        </div>
      )}
      {judged && asking && (
        <ConfirmDialog
          title="Bring it in?"
          action="Bring it in"
          onClose={() => setAsking(false)}
          onConfirm={async () => {
            await bringIn.mutateAsync({ ...judged, dry_run: false });
            setJudged(undefined);
            toasts.done('Brought in: the report says what came over.');
          }}
        >
          <p>
            Each thing is written whole, with one event. What is here already stays as it is, so it can be
            done again.
          </p>
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
          label="From"
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
          label="Files"
          hint="Those that the other server exported, or a folder of them."
          files={files}
          folder
          onChoose={changing(setFiles)}
        />
        <ChosenFiles
          label="Certificates it trusts"
          hint="Optional: PEM, DER, PKCS#7, JKS or PKCS#12."
          files={trust}
          onChoose={changing(setTrust)}
        />
        {trust.length > 0 && (
          <>
            <TextField
              label="Password of the store"
              optional
              type="password"
              value={password}
              hint="Of a JKS or PKCS#12 store."
              onChange={(event) => changing(setPassword)(event.target.value)}
            />
            <TextArea
              label="Authorities"
              optional
              rows={3}
              value={authorities}
              hint="Aliases or thumbprints of those that vouch for clients, one a line. The others merely come through the handshake."
              onChange={(event) => changing(setAuthorities)(event.target.value)}
            />
          </>
        )}
        <ChosenFiles
          label="Answers"
          hint="Optional: a JSON file with what the files lack, such as secrets and narrowed redirect URIs."
          files={answers}
          onChoose={(chosen) => changing(setAnswers)(chosen.slice(0, 1))}
        />
        {problem !== undefined && <Notice kind="error">{problem}</Notice>}
        <div className="form-actions">
          <Button type="submit" look="primary" icon="search" busy={busy} disabled={files.length === 0}>
            See what would come over
          </Button>
        </div>
      </form>
    </section>
  );
}
