import { useQuery } from '@tanstack/react-query';
import { type DragEvent, useEffect, useId, useRef, useState } from 'react';
import type { CertificateCheck } from '../api/admin-api.ts';
import { queries } from '../api/queries.ts';
import { text } from '../words/words.tsx';
import { Button } from './button.tsx';
import { CertificateCard } from './certificate-card.tsx';
import { textOfCertificateFile } from './certificate-file.ts';
import { useSettled } from './settled.ts';
import { Notice } from './states.tsx';

const CHECK_AFTER_MS = 250;

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
  const [fileProblem, setFileProblem] = useState<string>();
  const settled = useSettled(value, CHECK_AFTER_MS);
  const look = useQuery({
    ...queries.certificateCheck({ certificate: settled, client_id, trust_group }),
    enabled: settled.trim() !== '',
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
  const check = settled === value ? look.data : undefined;
  const checkProblem = settled === value ? look.error?.message : undefined;

  // biome-ignore lint/correctness/useExhaustiveDependencies: told of each look, not of each way to tell it
  useEffect(() => onChecked?.(check), [check]);

  const change = (pem: string) => {
    setFileProblem(undefined);
    onChange(pem);
  };
  const take = async (file: File | undefined) => {
    if (!file) return;
    try {
      change(await textOfCertificateFile(file));
    } catch (failure) {
      setFileProblem(failure instanceof Error ? failure.message : String(failure));
    }
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    void take(event.dataTransfer.files[0]);
  };
  const wrong = fileProblem ?? checkProblem ?? error;
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
          onChange={(event) => change(event.target.value)}
        />
        <div className="drop-actions">
          <Button small icon="upload" onClick={() => picker.current?.click()}>
            {text('common.choosefile')}
          </Button>
          <span className="quiet">{text('component.ordrop')}</span>
          {value !== '' && (
            <Button small look="quiet" onClick={() => change('')}>
              {text('common.clear')}
            </Button>
          )}
        </div>
        <input
          ref={picker}
          type="file"
          hidden
          tabIndex={-1}
          aria-hidden="true"
          accept=".pem,.crt,.cer,.der,.p7b,.p7c"
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
          {check.findings.length === 0 && <Notice kind="success">{text('component.usable')}</Notice>}
          <CertificateCard certificate={check.certificate} findings={check.findings} chain={check.chain} />
        </div>
      )}
    </div>
  );
}
