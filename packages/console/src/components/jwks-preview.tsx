import { useMutation } from '@tanstack/react-query';
import type { JwksPreview } from '../api/admin-api.ts';
import { changes } from '../api/queries.ts';
import { text } from '../words/words.tsx';
import { Button } from './button.tsx';
import { CertificateCard } from './certificate-card.tsx';
import { TextField } from './field.tsx';
import { Badge, Notice } from './states.tsx';

/** A JWKS URI, and what stands there, fetched by the server on the spot. */
export function JwksInput({
  value,
  onChange,
  error,
}: {
  readonly value: string;
  readonly onChange: (uri: string) => void;
  readonly error?: string | undefined;
}) {
  const { data, error: failure, variables, isPending, mutate } = useMutation(changes.previewJwks);
  const [shown, problem] = variables?.jwks_uri === value ? [data, failure?.message] : [];
  return (
    <div className="jwks-input">
      <TextField
        label={text('component.jwksuri')}
        type="url"
        inputMode="url"
        placeholder="https://client.example.com/jwks.json"
        value={value}
        onChange={(event) => onChange(event.target.value)}
        error={problem ?? error}
        hint={text('component.jwkshint')}
      />
      <Button
        icon="refresh"
        busy={isPending}
        disabled={!/^https:\/\/./.test(value)}
        onClick={() => mutate({ jwks_uri: value })}
      >
        {text('component.jwksfetch')}
      </Button>
      <div aria-live="polite">{shown && <Preview answer={shown} />}</div>
    </div>
  );
}

function Preview({ answer }: { readonly answer: JwksPreview }) {
  return (
    <>
      {answer.failure && (
        <Notice kind="error" title={text('component.jwksunusable')}>
          <p>{answer.failure.message}</p>
          <p className="quiet">{answer.failure.because.replaceAll('-', ' ')}</p>
        </Notice>
      )}
      {!answer.failure && answer.keys.length === 0 && (
        <Notice kind="warning">{text('component.jwksempty')}</Notice>
      )}
      {answer.keys.map((key, index) =>
        key.certificate ? (
          <CertificateCard
            key={key.certificate['x5t#S256']}
            certificate={key.certificate}
            findings={key.findings}
          />
        ) : (
          <div className="certificate" key={key.kid ?? `key-${index + 1}`}>
            <p>
              <strong>{key.kid ?? text('component.jwkskey', { number: index + 1 })}</strong>{' '}
              <Badge>{key.kty}</Badge> {key.alg && <Badge>{key.alg}</Badge>}{' '}
              {key.use && <Badge>{text('component.jwksuse', { use: key.use })}</Badge>}
            </p>
            <p className="quiet">{text('component.jwksbare')}</p>
          </div>
        ),
      )}
      {answer.skipped.map((skipped) => (
        <Notice
          key={skipped.index}
          kind="warning"
          title={
            skipped.member === undefined
              ? text('component.jwksskipped', { key: skipped.kid ?? skipped.index + 1 })
              : text('component.jwksskippedmember', {
                  member: skipped.member,
                  key: skipped.kid ?? skipped.index + 1,
                })
          }
        >
          {skipped.message}
        </Notice>
      ))}
    </>
  );
}
