import { useMutation } from '@tanstack/react-query';
import { changes } from '../../api/queries.ts';
import { Button } from '../../components/button.tsx';
import { CertificateCard } from '../../components/certificate-card.tsx';
import { JwksFailed } from '../../components/jwks-preview.tsx';
import { Notice } from '../../components/states.tsx';
import { useMay } from '../../session/me.tsx';
import { text } from '../../words/words.tsx';

/** What stands at the client's JWKS URI now. */
export function PublishedKeys({ jwks_uri }: { readonly jwks_uri: string }) {
  const may = useMay();
  const { data: answer, error, isPending, mutate } = useMutation(changes.previewJwks);
  return (
    <section className="card">
      <h3>{text('client.publishedat')}</h3>
      <p>
        <code>{jwks_uri}</code>
      </p>
      {may('clients:write') && (
        <Button icon="refresh" busy={isPending} onClick={() => mutate({ jwks_uri })}>
          {text('component.jwksfetch')}
        </Button>
      )}
      {error && <Notice kind="error">{error.message}</Notice>}
      {answer?.failure && <JwksFailed failure={answer.failure} uri={jwks_uri} />}
      {answer?.keys.map((key, index) =>
        key.certificate ? (
          <CertificateCard
            key={key.certificate['x5t#S256']}
            certificate={key.certificate}
            findings={key.findings}
          />
        ) : (
          <p key={key.kid ?? index}>
            <code>{key.kid ?? text('component.jwkskey', { number: index + 1 })}</code> {key.kty}
          </p>
        ),
      )}
      {answer?.skipped.map((skipped) => (
        <Notice key={skipped.index} kind="warning">
          {skipped.message}
        </Notice>
      ))}
    </section>
  );
}
