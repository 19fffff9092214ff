import { useQuery } from '@tanstack/react-query';
import type { Node, NodeDifference } from '../../api/admin-api.ts';
import { queries } from '../../api/queries.ts';
import { Badge, Failed, Notice } from '../../components/states.tsx';
import { Time } from '../../components/time.tsx';

const EVERY_MS = 15_000;
/** So much of a hash tells two files apart for people. */
const SHOWN = 12;

/** The nodes that share the database, what of theirs counts for nothing, and what differs; nothing where there is one node alone. */
export function NodesSection() {
  const { data, error, refetch } = useQuery({ ...queries.nodes(), refetchInterval: EVERY_MS });
  if (error && !data) return <Failed error={error} retry={refetch} />;
  if (!data || data.items.length === 0) return null;
  return (
    <section className="card" aria-label="Nodes">
      <h2>Nodes</h2>
      <p className="quiet">
        The trust stores are shared. Private keys, plug-ins and deployment.toml are files of each node, and
        say here where they differ.
      </p>
      {data.items.flatMap(({ node, extra }) =>
        extra.map((each) => (
          <Notice
            key={`${node} ${each.store} ${each['x5t#S256']}`}
            kind="warning"
            title={`${each.alias} of ${node} counts for nothing.`}
          >
            <p className="break">
              Its file {each.file} brought {each.subject ?? each.alias} along, which the deployment does not
              trust. On that node, <code>countersign truststore adopt</code> takes in what is such.
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
      <caption className="unseen">Nodes</caption>
      <thead>
        <tr>
          <th scope="col">Node</th>
          <th scope="col">Version</th>
          <th scope="col">Started</th>
          <th scope="col">Seen</th>
        </tr>
      </thead>
      <tbody>
        {nodes.map(({ node, this_node, version, started_at, seen_at }) => (
          <tr key={node}>
            <th scope="row" className="break">
              {node} {this_node && <Badge kind="accent">this one</Badge>}
            </th>
            <td data-label="Version">{version}</td>
            <td data-label="Started">
              <Time at={started_at} />
            </td>
            <td data-label="Seen">
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
      <caption>What differs</caption>
      <thead>
        <tr>
          <th scope="col">File or setting</th>
          <th scope="col">Nodes</th>
        </tr>
      </thead>
      <tbody>
        {differences.map(({ file, sides }) => (
          <tr key={file}>
            <th scope="row" className="break">
              {file}
            </th>
            <td data-label="Nodes">
              {sides.map(({ sha256, nodes }) => (
                <div key={sha256 ?? ''} className="break">
                  {sha256 === undefined ? (
                    <Badge>none</Badge>
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
