import { useState } from 'react';
import type { Client } from '../../api/admin-api.ts';
import { CodeBlock } from '../../components/copy.tsx';
import { Segmented } from '../../components/segmented.tsx';
import { useMay, useMe } from '../../session/me.tsx';
import { text } from '../../words/words.tsx';
import { CertificateTimeline } from './certificate-timeline.tsx';
import { ClientChangeList } from './client-changes.tsx';
import { ClientCredentials } from './client-credentials.tsx';
import { ClientUse } from './client-use.tsx';
import { snippetsFor } from './snippets.ts';

/** What it proves itself with and requests ready to run, then its story: use, certificates in time, who changed what. */
export function ClientOverview({ client }: { readonly client: Client }) {
  const may = useMay();
  return (
    <>
      <div className="columns">
        <section className="card story">
          <h2>{text('client.credentials')}</h2>
          <ClientCredentials client={client} />
        </section>
        <GetAToken client={client} />
      </div>
      <CertificateTimeline certificates={client.certificate_details} />
      {may('clients:read') && (
        <div className="columns">
          <ClientUse client_id={client.client_id} />
          <ClientChangeList client_id={client.client_id} />
        </div>
      )}
    </>
  );
}

function GetAToken({ client }: { readonly client: Client }) {
  const { issuer } = useMe();
  const [snippet, setSnippet] = useState('curl');
  const snippets = snippetsFor(client, issuer);
  const shown = snippets.find(({ name }) => name === snippet) ?? snippets[0];
  return (
    <section className="card">
      <h2>{text('client.getatoken')}</h2>
      {client.built_in ? (
        <p className="quiet">{text('client.consolesown')}</p>
      ) : (
        <>
          <Segmented
            legend={text('client.language')}
            options={snippets.map(({ name }) => name)}
            chosen={snippet}
            onChoose={setSnippet}
          />
          {shown && <CodeBlock code={shown.code} what={text('client.requestin', { language: shown.name })} />}
        </>
      )}
    </section>
  );
}
