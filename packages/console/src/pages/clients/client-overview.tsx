import { useState } from 'react';
import type { Client } from '../../api/admin-api.ts';
import { CodeBlock } from '../../components/copy.tsx';
import { Segmented } from '../../components/segmented.tsx';
import { useMe } from '../../session/me.tsx';
import { ClientCredentials } from './client-credentials.tsx';
import { snippetsFor } from './snippets.ts';

/** Key and secret, and requests ready to run. */
export function ClientOverview({ client }: { readonly client: Client }) {
  const { issuer } = useMe();
  const [snippet, setSnippet] = useState('curl');
  const snippets = snippetsFor(client, issuer);
  const shown = snippets.find(({ name }) => name === snippet) ?? snippets[0];
  return (
    <div className="columns">
      <section className="card">
        <h2>OAuth key and secret</h2>
        <ClientCredentials client={client} />
      </section>
      <section className="card">
        <h2>Get a token</h2>
        {client.built_in ? (
          <p className="quiet">The console signs in with this client; it cannot be changed.</p>
        ) : (
          <>
            <Segmented
              legend="Language"
              options={snippets.map(({ name }) => name)}
              chosen={snippet}
              onChoose={setSnippet}
            />
            {shown && <CodeBlock code={shown.code} what={`${shown.name} request`} />}
          </>
        )}
      </section>
    </div>
  );
}
