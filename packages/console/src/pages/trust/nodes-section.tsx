import { useQuery } from '@tanstack/react-query';
import type { Node, NodeDifference } from '../../api/admin-api.ts';
import { queries } from '../../api/queries.ts';
import { Badge, Failed, Notice } from '../../components/states.tsx';
import { Time } from '../../components/time.tsx';
import { rich, text } from '../../words/words.tsx';

const EVERY_MS = 15_000;
/** So much of a hash tells two files apart for people. */
const SHOWN = 12;

/** The nodes that share the database, what of theirs counts for nothing, and what differs; nothing where there is one node alone. */
export function NodesSection() {
  const { data, error, refetch } = useQuery({ ...queries.nodes(), refetchInterval: EVERY_MS });
  if (error && !data) return <Failed error={error} retry={refetch} />;
  if (!data || data.items.length === 0) return null;
  return (
    <section className="card" aria-label={text('common.nodes')}>
      <h2>{text('common.nodes')}</h2>
      <p className="quiet">{text('trust.nodesabout')}</p>
      {data.items.flatMap(({ node, extra }) =>
        extra.map((each) => (
          <Notice
            key={`${node} ${each.store} ${each['x5t#S256']}`}
            kind="warning"
            title={text('trust.extra', { alias: each.alias, node })}
          >
            <p className="break">
              {rich('trust.extrahint', {
                file: each.file,
                subject: each.subject ?? each.alias,
                command: <code>countersign truststore adopt</code>,
              })}
            </p>
          </Notice>
        )),
      )}
      <Nodes nodes={data.items} />
      {data.differences.length > 0 && <Differences differences={data.differences} />}
    </section>
  );
}

function Nodes({ nodes }: { readonly nodes: readonly Node[] }) {
  return (
    <table className="rows">
      <caption className="unseen">{text('common.nodes')}</caption>
      <thead>
        <tr>
          <th scope="col">{text('common.node')}</th>
          <th scope="col">{text('common.version')}</th>
          <th scope="col">{text('common.started')}</th>
          <th scope="col">{text('common.seen')}</th>
        </tr>
      </thead>
      <tbody>
        {nodes.map(({ node, this_node, version, started_at, seen_at }) => (
          <tr key={node}>
            <th scope="row" className="break">
              {node} {this_node && <Badge kind="accent">{text('trust.thisnode')}</Badge>}
            </th>
            <td data-label={text('common.version')}>{version}</td>
            <td data-label={text('common.started')}>
              <Time at={started_at} />
            </td>
            <td data-label={text('common.seen')}>
              <Time at={seen_at} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Differences({ differences }: { readonly differences: readonly NodeDifference[] }) {
  return (
    <table className="rows">
      <caption>{text('trust.differs')}</caption>
      <thead>
        <tr>
          <th scope="col">{text('trust.fileorsetting')}</th>
          <th scope="col">{text('common.nodes')}</th>
        </tr>
      </thead>
      <tbody>
        {differences.map(({ file, sides }) => (
          <tr key={file}>
            <th scope="row" className="break">
              {file}
            </th>
            <td data-label={text('common.nodes')}>
              {sides.map(({ sha256, nodes }) => (
                <div key={sha256 ?? ''} className="break">
                  {sha256 === undefined ? (
                    <Badge>{text('common.none')}</Badge>
                  ) : (
                    <code title={sha256}>{sha256.slice(0, SHOWN)}</code>
                  )}{' '}
                  {nodes.join(', ')}
                </div>
              ))}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
