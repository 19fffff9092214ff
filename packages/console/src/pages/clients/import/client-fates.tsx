import { pathOf } from '../../../api/request.ts';
import { Button } from '../../../components/button.tsx';
import { Cell } from '../../../components/cell.tsx';
import { ColumnHeads } from '../../../components/column-heads.tsx';
import { CopyValue } from '../../../components/copy.tsx';
import { fileOf, nameOfToday, saveFile } from '../../../components/saved-file.ts';
import { ErrorText, ServerText } from '../../../components/server-text.tsx';
import { Badge, Notice } from '../../../components/states.tsx';
import { Link } from '../../../navigation/router.tsx';
import { listText, text } from '../../../words/words.tsx';
import type { Fate, FatedClient } from './client-import.ts';
import type { GivenProblem } from './given-clients.ts';
import type { ClientImport } from './use-client-import.ts';

type FateKind = Fate['outcome'];
type Kind = 'good' | 'bad' | 'warn' | 'plain' | 'accent';

/** What people must look at first. */
const WORST_FIRST: readonly FateKind[] = ['refused', 'unreadable', 'differs', 'added', 'new', 'same'];

const OUTCOMES: Readonly<Record<FateKind, { readonly label: string; readonly kind: Kind }>> = {
  new: { label: text('clientimport.new'), kind: 'accent' },
  added: { label: text('clientimport.added'), kind: 'good' },
  same: { label: text('clientimport.same'), kind: 'plain' },
  differs: { label: text('clientimport.differs'), kind: 'warn' },
  refused: { label: text('common.refused'), kind: 'bad' },
  unreadable: { label: text('clientimport.unreadable'), kind: 'bad' },
};

/** Rows that are shown; the file of the results has all of them. */
const SHOWN = 200;

function problemText(problem: GivenProblem): string {
  switch (problem.because) {
    case 'twice':
      return text('clientimport.twice', { place: problem.first });
    case 'no object':
      return text('clientimport.noobject');
    case 'no JSON':
      return text('clientimport.nojson');
  }
}

/** What became of a client, by names that programs know. */
const resultOf = ({ client: { place, client_id, client_name }, fate }: FatedClient) => ({
  row: place,
  client_id,
  client_name,
  ...fate,
});

const saveResults = (clients: readonly FatedClient[]): void =>
  saveFile(
    nameOfToday('client-import', 'json'),
    fileOf('json', [`${JSON.stringify(clients.map(resultOf), null, 2)}\n`]),
  );

/** What would become of the clients of a file, then what became of them. */
export function ClientFates(clientImport: ClientImport) {
  const { step, clients, count, broke, hasSecrets, bringIn, stop, onKept } = clientImport;
  const newOnes = clients.filter(({ fate }) => fate.outcome === 'new').length;
  const hasBegun = step === 'importing' || step === 'imported';
  const rank = ({ fate }: FatedClient) => WORST_FIRST.indexOf(fate.outcome);
  const ordered = clients.toSorted((one, other) => rank(one) - rank(other));
  return (
    <>
      {step === 'judging' && <p role="status">{text('clientimport.judging', { count })}</p>}
      {broke !== undefined && (
        <Notice kind="error" title={text(hasBegun ? 'clientimport.brokeoff' : 'clientimport.notjudged')}>
          <ErrorText error={broke} />
        </Notice>
      )}
      {clients.length > 0 && (
        <section aria-label={text('clientimport.clients')} className="card">
          <header className="card-head">
            <h2>{text(hasBegun ? 'clientimport.came' : 'clientimport.wouldcome')}</h2>
            <Button
              icon="download"
              small
              onClick={() => {
                saveResults(clients);
                onKept();
              }}
            >
              {text('clientimport.download')}
            </Button>
          </header>
          <div className="stacked">
            <Counts clients={clients} />
            {hasSecrets && (
              <Notice kind="warning" title={text('clientimport.secrets')}>
                <p>{text('clientimport.secretshint')}</p>
              </Notice>
            )}
            {step === 'importing' && (
              <p role="status">
                <progress max={count + newOnes} value={count} aria-label={text('clientimport.title')} />{' '}
                {text('list.bulk.working', { count, total: count + newOnes })}
              </p>
            )}
            {newOnes > 0 && (
              <div className="actions">
                {step === 'importing' ? (
                  <Button onClick={stop}>{text('list.bulk.stop')}</Button>
                ) : (
                  <Button look="primary" icon="upload" onClick={bringIn}>
                    {text(step === 'imported' ? 'clientimport.goon' : 'clientimport.bringin', {
                      count: newOnes,
                    })}
                  </Button>
                )}
              </div>
            )}
          </div>
          <FateTable clients={ordered.slice(0, SHOWN)} />
          {ordered.length > SHOWN && (
            <p className="quiet">{text('clientimport.firstof', { shown: SHOWN, total: ordered.length })}</p>
          )}
        </section>
      )}
    </>
  );
}

function Counts({ clients }: Pick<ClientImport, 'clients'>) {
  const counts = Map.groupBy(clients, ({ fate }) => fate.outcome);
  return (
    <p className="chips" role="status">
      {WORST_FIRST.flatMap((outcome) => {
        const some = counts.get(outcome);
        return some === undefined
          ? []
          : [
              <Badge key={outcome} kind={OUTCOMES[outcome].kind}>
                {text('clientimport.counted', { count: some.length, outcome: OUTCOMES[outcome].label })}
              </Badge>,
            ];
      })}
    </p>
  );
}

const FateTable = ({ clients }: Pick<ClientImport, 'clients'>) => (
  <table className="rows">
    <caption className="unseen">{text('clientimport.clients')}</caption>
    <thead>
      <tr>
        <ColumnHeads
          labels={[
            text('common.name'),
            text('clientimport.row'),
            text('common.outcome'),
            text('common.details'),
          ]}
        />
      </tr>
    </thead>
    <tbody>
      {clients.map(({ client, fate }) => (
        <tr key={client.place}>
          <th scope="row" className="break">
            {client.client_name ?? client.client_id ?? text('clientimport.noname')}
          </th>
          <Cell label={text('clientimport.row')}>{client.place}</Cell>
          <Cell label={text('common.outcome')}>
            <Badge kind={OUTCOMES[fate.outcome].kind}>{OUTCOMES[fate.outcome].label}</Badge>
          </Cell>
          <Cell label={text('common.details')}>
            <FateDetails client_id={client.client_id} fate={fate} />
          </Cell>
        </tr>
      ))}
    </tbody>
  </table>
);

function FateDetails({ client_id, fate }: { readonly client_id: string | undefined; readonly fate: Fate }) {
  switch (fate.outcome) {
    case 'new':
      return fate.makesSecret ? text('clientimport.makessecret') : null;
    case 'same':
      return client_id === undefined ? null : <Link to={pathOf('clients', client_id)}>{client_id}</Link>;
    case 'differs':
      return text('clientimport.differsin', { fields: listText(fate.fields) });
    case 'unreadable':
      return problemText(fate.problem);
    case 'refused':
      return (
        <span className="break">
          {fate.field !== undefined && <code>{fate.field}</code>} <ServerText>{fate.why}</ServerText>{' '}
          {fate.event_id !== undefined && (
            <Link to={pathOf('live', fate.event_id)}>{text('common.event')}</Link>
          )}
        </span>
      );
    case 'added':
      return (
        <span className="break">
          <Link to={pathOf('clients', fate.client_id)}>{fate.client_id}</Link>{' '}
          {fate.client_secret !== undefined && (
            <CopyValue value={fate.client_secret} what={text('common.secret')} />
          )}
        </span>
      );
  }
}
