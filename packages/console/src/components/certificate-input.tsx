import { type DragEvent, useEffect, useId, useRef, useState } from 'react';
import { ApiError, request } from '../api/request.ts';
import type { CertificateCheck } from '../api/types.ts';
import { Button } from './button.tsx';
import { CertificateCard } from './certificate-card.tsx';
import { Notice } from './states.tsx';

const CHECK_AFTER_MS = 250;
const MOST_BYTES = 400_000;

/** PEM text of a file that may hold DER. */
async function pemOfFile(file: File): Promise<string> {
  if (file.size > MOST_BYTES) throw new Error(`${file.name} is too large to be a certificate.`);
  const bytes = new Uint8Array(await file.arrayBuffer());
  const text = new TextDecoder().decode(bytes);
  if (text.includes('-----BEGIN') || bytes[0] !== 0x30) return text;
  const base64 = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
  const lines = base64.match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}

/** Takes a certificate by paste or file drop and looks at it before it is saved. */
export function CertificateInput({
  label,
  hint,
  value,
  onChange,
  onChecked,
  error,
  client_id,
  trust_group,
}: {
  readonly label: string;
  readonly hint: string;
  readonly value: string;
  readonly onChange: (pem: string) => void;
  /** Told of each look; undefined while there is none. */
  readonly onChecked?: (check: CertificateCheck | undefined) => void;
  readonly error?: string | undefined;
  readonly client_id?: string | undefined;
  readonly trust_group?: string | undefined;
}) {
  const id = useId();
  const picker = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const [check, setCheck] = useState<CertificateCheck>();
  const [problem, setProblem] = useState<string>();

  // biome-ignore lint/correctness/useExhaustiveDependencies: looked at again when the text changes
  useEffect(() => {
    setCheck(undefined);
    setProblem(undefined);
    onChecked?.(undefined);
    if (value.trim() === '') return;
    const abort = new AbortController();
    const timer = setTimeout(async () => {
      try {
        const body = {
          certificate: value,
          ...(client_id && { client_id }),
          ...(trust_group && { trust_group }),
        };
        const answer = await request<CertificateCheck>('POST', '/certificates/check', body, abort.signal);
        setCheck(answer);
        onChecked?.(answer);
      } catch (failure) {
        if (abort.signal.aborted) return;
        setProblem(failure instanceof ApiError ? failure.message : String(failure));
      }
    }, CHECK_AFTER_MS);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [value, client_id, trust_group]);

  const take = async (file: File | undefined) => {
    if (!file) return;
    try {
      onChange(await pemOfFile(file));
    } catch (failure) {
      setProblem(failure instanceof Error ? failure.message : String(failure));
    }
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    void take(event.dataTransfer.files[0]);
  };
  const wrong = problem ?? error;
  return (
    <div className={`field certificate-input${wrong === undefined ? '' : ' wrong'}`}>
      <label htmlFor={id}>{label}</label>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: dropping is a short cut; the button does the same */}
      <div
        className={`drop-zone${over ? ' over' : ''}`}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={drop}
      >
        <textarea
          id={id}
          rows={check ? 3 : 6}
          value={value}
          spellCheck={false}
          autoComplete="off"
          placeholder={'-----BEGIN CERTIFICATE-----\n…'}
          aria-invalid={wrong !== undefined}
          aria-describedby={`${id}-hint ${id}-error`}
          onChange={(event) => onChange(event.target.value)}
        />
        <div className="drop-actions">
          <Button small icon="upload" onClick={() => picker.current?.click()}>
            Choose a file
          </Button>
          <span className="quiet">or drop one here</span>
          {value !== '' && (
            <Button small look="quiet" onClick={() => onChange('')}>
              Clear
            </Button>
          )}
        </div>
        <input
          ref={picker}
          type="file"
          hidden
          tabIndex={-1}
          aria-hidden="true"
          accept=".pem,.crt,.cer,.der"
          onChange={(event) => {
            void take(event.target.files?.[0]);
            event.target.value = '';
          }}
        />
      </div>
      <p className="hint" id={`${id}-hint`}>
        {hint}
      </p>
      <p className="field-error" id={`${id}-error`} aria-live="polite">
        {wrong}
      </p>
      {check && (
        <div aria-live="polite">
          {check.findings.length === 0 && (
            <Notice kind="success">
              It can be used: within its validity, strong enough, and nobody else has it.
            </Notice>
          )}
          <CertificateCard certificate={check.certificate} findings={check.findings} chain={check.chain} />
        </div>
      )}
    </div>
  );
}
