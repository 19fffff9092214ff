import { useMutation } from '@tanstack/react-query';
import { useId } from 'react';
import type { JwksPreview } from '../api/admin-api.ts';
import { changes } from '../api/queries.ts';
import type { MessageName } from '../words/en/en.ts';
import { knownText, text } from '../words/words.tsx';
import { Button } from './button.tsx';
import { CertificateCard } from './certificate-card.tsx';
import { TextField } from './field.tsx';
import { type JwksUriProblem, jwksUriProblem } from './jwks-uri.ts';
import { ServerText } from './server-text.tsx';
import { Badge, Notice } from './states.tsx';

const reasonOf = (problem: JwksUriProblem): string =>
  text(problem.because, 'scheme' in problem ? { scheme: problem.scheme } : {});

/** What an operator can do about a document that could not be had, where it is for this server's configuration to allow. */
function remedyOf({ because }: NonNullable<JwksPreview['failure']>, uri: string): string | undefined {
  switch (because) {
    case 'address-not-allowed':
      return text('clientform.jwksprivate', { host: URL.canParse(uri) ? new URL(uri).hostname : uri });
    case 'tls':
      return text('clientform.jwkstls');
    case 'over-budget':
      return text('clientform.jwksbudget');
    default:
      return undefined;
  }
}

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
  const unfetchable = jwksUriProblem(value);
  const id = useId();
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
        disabled={unfetchable !== undefined}
        aria-describedby={`${id}-why`}
        onClick={() => mutate({ jwks_uri: value })}
      >
        {text('component.jwksfetch')}
      </Button>
      <p className="hint" id={`${id}-why`} aria-live="polite">
        {unfetchable && reasonOf(unfetchable)}
      </p>
      <div aria-live="polite">{shown && <Preview answer={shown} uri={value} />}</div>
    </div>
  );
}

/** Why nothing could be had from a JWKS URI, and what to do about it. */
export function JwksFailed({
  failure,
  uri,
}: {
  readonly failure: NonNullable<JwksPreview['failure']>;
  readonly uri: string;
}) {
  const remedy = remedyOf(failure, uri);
  const worded = knownText(`jwks.${failure.because}` satisfies MessageName);
  return (
    <Notice kind="error" title={text('component.jwksunusable')}>
      {worded !== undefined && <p>{worded}</p>}
      {remedy !== undefined && <p>{remedy}</p>}
      <p className="quiet">
        <ServerText>{failure.message}</ServerText>
      </p>
    </Notice>
  );
}

function Preview({ answer, uri }: { readonly answer: JwksPreview; readonly uri: string }) {
  return (
    <>
      {answer.failure && <JwksFailed failure={answer.failure} uri={uri} />}
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
