import type { ReactNode } from 'react';
import type { ApiError } from '../api/request.ts';
import { Link } from '../navigation/router.tsx';
import { rich, text } from '../words/words.tsx';
import { Button } from './button.tsx';
import { Icon, type IconName } from './icon.tsx';
import { ErrorText } from './server-text.tsx';

const ICONS: Readonly<Record<'error' | 'warning' | 'note' | 'success', IconName>> = {
  error: 'error',
  warning: 'warning',
  note: 'info',
  success: 'check',
};

/** A message in its place on the page. */
export function Notice({
  kind,
  title,
  children,
}: {
  readonly kind: 'error' | 'warning' | 'note' | 'success';
  readonly title?: string;
  readonly children?: ReactNode;
}) {
  return (
    <div className={`notice ${kind}`} role={kind === 'error' ? 'alert' : 'status'}>
      <Icon name={ICONS[kind]} />
      <div>
        {title !== undefined && <strong>{title}</strong>}
        {children}
      </div>
    </div>
  );
}

/** Nothing is here yet, and what to do about it. */
export function Empty({
  title,
  icon = 'empty',
  children,
}: {
  readonly title: string;
  readonly icon?: IconName;
  readonly children?: ReactNode;
}) {
  return (
    <div className="empty">
      <Icon name={icon} size={36} />
      <p className="empty-title">{title}</p>
      {children}
    </div>
  );
}

/** Something could not be read: why, its event, and another try. */
export function Failed({ error, retry }: { readonly error: ApiError; readonly retry?: () => unknown }) {
  return (
    <div className="empty failed" role="alert">
      <Icon name={error.status === 403 ? 'lock' : 'error'} size={36} />
      <p className="empty-title">
        {error.status === 403 ? text('component.forbidden') : text('component.unread')}
      </p>
      <p>
        <ErrorText error={error} />
      </p>
      {error.event_id !== undefined && error.status !== 403 && (
        <p>
          {rich('component.eventlink', {
            event: <Link to={`/live/${encodeURIComponent(error.event_id)}`}>{error.event_id}</Link>,
          })}
        </p>
      )}
      {retry && (
        <Button icon="refresh" onClick={() => retry()}>
          {text('common.retry')}
        </Button>
      )}
    </div>
  );
}

/** The place where rows will be. */
export function Loading({ rows = 4 }: { readonly rows?: number }) {
  return (
    <div className="loading" role="status" aria-label={text('common.loading')}>
      {Array.from({ length: rows }, (_, index) => index).map((row) => (
        <div key={row} className="bone" />
      ))}
    </div>
  );
}

export function Badge({
  kind = 'plain',
  children,
}: {
  readonly kind?: 'plain' | 'good' | 'bad' | 'warn' | 'accent';
  readonly children: ReactNode;
}) {
  return <span className={`badge ${kind}`}>{children}</span>;
}
