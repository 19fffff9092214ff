import { useState } from 'react';
import { ApiError, request } from '../api/request.ts';
import type { JwksPreview } from '../api/types.ts';
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
  const [preview, setPreview] = useState<{ uri: string; answer: JwksPreview }>();
  const [problem, setProblem] = useState<string>();
  const [busy, setBusy] = useState(false);
  const fetchNow = async () => {
    setBusy(true);
    setProblem(undefined);
    try {
      setPreview({
        uri: value,
        answer: await request<JwksPreview>('POST', '/jwks/preview', { jwks_uri: value }),
      });
    } catch (failure) {
      setProblem(failure instanceof ApiError ? failure.message : String(failure));
    }
    setBusy(false);
  };
  const shown = preview?.uri === value ? preview.answer : undefined;
  return (
    <div className="jwks-input">
      <TextField
        label="JWKS URI"
        type="url"
        inputMode="url"
        placeholder="https://client.example.com/jwks.json"
        value={value}
        onChange={(event) => onChange(event.target.value)}
        error={problem ?? error}
        hint="The server reads the client’s keys here, over https, and follows their rotation."
      />
      <Button
        icon="refresh"
        busy={busy}
        disabled={!/^https:\/\/./.test(value)}
        onClick={() => void fetchNow()}
      >
        Fetch and preview
      </Button>
      <div aria-live="polite">
        {shown?.failure && (
          <Notice kind="error" title="It could not be used.">
            <p>{shown.failure.message}</p>
            <p className="quiet">{shown.failure.because.replaceAll('-', ' ')}</p>
          </Notice>
        )}
        {shown && !shown.failure && shown.keys.length === 0 && (
          <Notice kind="warning">The document holds no key that can be used.</Notice>
        )}
        {shown?.keys.map((key, index) =>
          key.certificate ? (
            <CertificateCard
              key={key.certificate['x5t#S256']}
              certificate={key.certificate}
              findings={key.findings}
            />
          ) : (
            <div className="certificate" key={key.kid ?? `key-${index + 1}`}>
              <p>
                <strong>{key.kid ?? `Key ${index + 1}`}</strong> <Badge>{key.kty}</Badge>{' '}
                {key.alg && <Badge>{key.alg}</Badge>} {key.use && <Badge>use {key.use}</Badge>}
              </p>
              <p className="quiet">
                A public key without a certificate; any certificate of this key matches.
              </p>
            </div>
          ),
        )}
        {shown?.skipped.map((skipped) => (
          <Notice
            key={skipped.index}
            kind="warning"
            title={`Key ${skipped.kid ?? skipped.index + 1} is not used.`}
          >
            {skipped.message}
          </Notice>
        ))}
      </div>
    </div>
  );
}
