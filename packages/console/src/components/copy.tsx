import { useState } from 'react';
import { text } from '../words/words.tsx';
import { Icon } from './icon.tsx';

/** Copies `text`; `what` names it for those who do not see the icon. */
export function CopyButton({
  text: value,
  what,
  label,
}: {
  readonly text: string;
  readonly what: string;
  readonly label?: string;
}) {
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(value);
    setCopied(true);
    setTimeout(() => setCopied(false), 2000);
  };
  return (
    <button
      type="button"
      className={label === undefined ? 'icon-button copy' : 'button small copy'}
      aria-label={label === undefined ? text('component.copywhat', { what }) : undefined}
      title={text('component.copywhat', { what })}
      onClick={() => void copy()}
    >
      <Icon name={copied ? 'check' : 'copy'} size={16} />
      {label !== undefined && <span>{copied ? text('common.copied') : label}</span>}
      <span className="unseen" aria-live="polite">
        {copied ? text('component.copiedwhat', { what }) : ''}
      </span>
    </button>
  );
}

/** A value to be read and copied as it stands. */
export function CopyValue({ value, what }: { readonly value: string; readonly what: string }) {
  return (
    <span className="copy-value">
      <code>{value}</code>
      <CopyButton text={value} what={what} />
    </span>
  );
}

/** Several lines of code with a button that copies them. */
export function CodeBlock({ code, what }: { readonly code: string; readonly what: string }) {
  return (
    <div className="code-block">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: long lines scroll, and must by keyboard too */}
      <section tabIndex={0} aria-label={what}>
        <pre>
          <code>{code}</code>
        </pre>
      </section>
      <CopyButton text={code} what={what} label={text('common.copy')} />
    </div>
  );
}
