import { useQueries } from '@tanstack/react-query';
import { type DragEvent, useEffect, useId, useRef, useState } from 'react';
import type { CertificateCheck } from '../api/admin-api.ts';
import { queries } from '../api/queries.ts';
import { text } from '../words/words.tsx';
import { Button } from './button.tsx';
import { CertificateCard } from './certificate-card.tsx';
import { textOfCertificateFile } from './certificate-file.ts';
import { certificatesIn } from './pem.ts';
import { holdsPrivateKey } from './private-key.ts';
import { useSettled } from './settled.ts';
import { Notice } from './states.tsx';

const CHECK_AFTER_MS = 250;
/** How many of a paste are looked at; a client has no more. */
const MOST = 20;

/** The certificates of a paste: each PEM block, or the whole text where it is another format. */
export function pastedCertificates(value: string): readonly string[] {
  const blocks = certificatesIn(value);
  if (blocks.length > 0) return blocks;
  return value.trim() === '' ? [] : [value.trim()];
}

/** Looks at each certificate of a paste once typing pauses. */
function useChecks(
  value: string,
  about: { readonly client_id: string | undefined; readonly trust_group: string | undefined },
) {
  const settled = useSettled(value, CHECK_AFTER_MS);
  const looks = useQueries({
    queries: pastedCertificates(settled)
      .slice(0, MOST)
      .map((certificate) => ({
        ...queries.certificateCheck({ certificate, ...about }),
        staleTime: Number.POSITIVE_INFINITY,
        gcTime: 0,
      })),
  });
  if (settled !== value) return { checks: undefined, problem: undefined };
  const checks = looks.flatMap(({ data }) => data ?? []);
  return {
    checks: looks.length > 0 && checks.length === looks.length ? checks : undefined,
    problem: looks.find(({ error }) => error !== null)?.error?.message,
  };
}

/** Takes certificates by paste or file drop and looks at each before it is saved. */
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
  /** Told of each look, one a certificate; undefined while there is none. */
  readonly onChecked?: (checks: readonly CertificateCheck[] | undefined) => void;
  readonly error?: string | undefined;
  readonly client_id?: string | undefined;
  readonly trust_group?: string | undefined;
}) {
  const id = useId();
  const picker = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const [refused, setRefused] = useState<string>();
  const { checks, problem } = useChecks(value, { client_id, trust_group });
  const told = checks?.map(({ certificate }) => certificate['x5t#S256']).join(' ');

  // biome-ignore lint/correctness/useExhaustiveDependencies: told of each look, not of each way to tell it
  useEffect(() => onChecked?.(checks), [told]);

  const change = (pem: string) => {
    // A private key does not stay, not even in the form.
    const isPrivate = holdsPrivateKey(pem);
    setRefused(isPrivate ? text('guard.keyfield') : undefined);
    onChange(isPrivate ? '' : pem);
  };
  const take = async (file: File | undefined) => {
    if (!file) return;
    try {
      change(await textOfCertificateFile(file));
    } catch (failure) {
      setRefused(failure instanceof Error ? failure.message : String(failure));
    }
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    void take(event.dataTransfer.files[0]);
  };
  const wrong = refused ?? problem ?? error;
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
          rows={checks ? 3 : 6}
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
      {checks && (
        <Checked checks={checks} value={value} onLeaveOut={(pem) => change(withoutBlock(value, pem))} />
      )}
    </div>
  );
}

const withoutBlock = (value: string, pem: string) => value.replace(pem, '').trim();

/** What was found of each certificate; of several each can be left out. */
function Checked({
  checks,
  value,
  onLeaveOut,
}: {
  readonly checks: readonly CertificateCheck[];
  readonly value: string;
  readonly onLeaveOut: (pem: string) => void;
}) {
  const pasted = pastedCertificates(value);
  const isSeveral = checks.length > 1;
  const issuesAnother = ({ certificate }: CertificateCheck) =>
    certificate.is_ca === true &&
    checks.some(
      (other) => other.certificate !== certificate && other.certificate.issuer === certificate.subject,
    );
  return (
    <div aria-live="polite" className="checked">
      {isSeveral && (
        <Notice kind="success">{text('clientform.severalread', { count: checks.length })}</Notice>
      )}
      {checks.map((check, index) => (
        <div className="checked-one" key={check.certificate['x5t#S256']}>
          {check.findings.length === 0 && !issuesAnother(check) && (
            <Notice kind="success">{text('component.usable')}</Notice>
          )}
          {issuesAnother(check) && <Notice kind="warning">{text('clientform.issuesanother')}</Notice>}
          <CertificateCard
            certificate={check.certificate}
            findings={check.findings}
            chain={check.chain}
            actions={
              isSeveral && (
                <>
                  <span className="quiet">
                    {text('clientform.place', { number: index + 1, count: checks.length })}
                  </span>
                  <Button small icon="close" onClick={() => onLeaveOut(pasted[index] ?? '')}>
                    {text('clientform.leaveout')}
                  </Button>
                </>
              )
            }
          />
        </div>
      ))}
    </div>
  );
}
