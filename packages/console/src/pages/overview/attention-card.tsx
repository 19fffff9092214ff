import { useMutation } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { changes } from '../../api/queries.ts';
import { Button, ButtonLink } from '../../components/button.tsx';
import { ConfirmDialog } from '../../components/dialog.tsx';
import { Notice } from '../../components/states.tsx';
import { exactTime, fromNow } from '../../components/time.tsx';
import { useToasts } from '../../components/toast.tsx';
import { useMay } from '../../session/me.tsx';
import { text } from '../../words/words.tsx';
import { type Trouble, useTroubles } from './troubles.ts';

/** What is broken, before everything else; nothing where nothing is. */
export function AttentionCard() {
  const troubles = useTroubles() ?? [];
  if (troubles.length === 0) return null;
  return (
    <section className="card attention" aria-label={text('overview.attention')}>
      <h2>{text('overview.attention')}</h2>
      {troubles.map((trouble) => (
        <TroubleNotice key={JSON.stringify(keyOf(trouble))} trouble={trouble} />
      ))}
    </section>
  );
}

/** What makes it the same trouble as before, whatever is said of it now. */
function keyOf(trouble: Trouble): readonly string[] {
  switch (trouble.kind) {
    case 'file_broken':
      return [trouble.kind, trouble.node, trouble.file];
    case 'restart_needed':
    case 'node_missing':
      return [trouble.kind, trouble.node];
    case 'revocation_unreachable':
      return [trouble.kind, trouble.source, trouble.location];
    case 'nodes_differ':
      return [trouble.kind];
  }
}

function TroubleNotice({ trouble }: { readonly trouble: Trouble }) {
  switch (trouble.kind) {
    case 'file_broken':
      return (
        <Said
          kind="error"
          title={text('overview.filebroken', { file: trouble.file })}
          to="/settings"
          place={text('overview.seesettings')}
        >
          <pre className="problem" lang="en">
            {trouble.message}
          </pre>
          <p>
            {text(trouble.this_node ? 'overview.filebrokenhere' : 'overview.filebrokenthere', {
              node: trouble.node,
            })}
          </p>
        </Said>
      );
    case 'node_missing':
      return <Missing trouble={trouble} />;
    case 'revocation_unreachable':
      return <Unreachable trouble={trouble} />;
    case 'restart_needed':
      return (
        <Said
          kind="note"
          title={text('overview.restart', { node: trouble.node })}
          to="/settings"
          place={text('overview.seesettings')}
        >
          <p className="break">{trouble.keys.join(', ')}</p>
        </Said>
      );
    case 'nodes_differ':
      return (
        <Said
          kind="warning"
          title={text('overview.nodesdiffer')}
          to="/trust"
          place={text('overview.seenodes')}
        >
          <p className="break" lang="en">
            {trouble.files.join(', ')}
          </p>
        </Said>
      );
  }
}

/** A node that is missed; who has taken it out for good says so, and it is missed no more. */
function Missing({
  trouble: { node, seen_at },
}: {
  readonly trouble: Extract<Trouble, { readonly kind: 'node_missing' }>;
}) {
  const may = useMay();
  const toasts = useToasts();
  const [asking, setAsking] = useState(false);
  const { mutateAsync } = useMutation(changes.forgetNode);
  return (
    <>
      <Said
        kind="error"
        title={text('overview.nodemissing', { node })}
        to="/trust"
        place={text('overview.seenodes')}
        action={
          may('settings:write') && (
            <Button small onClick={() => setAsking(true)}>
              {text('overview.forget')}
            </Button>
          )
        }
      >
        <p>{text('overview.nodemissinghint', { distance: fromNow(seen_at) })}</p>
      </Said>
      {asking && (
        <ConfirmDialog
          title={text('overview.forgetquestion')}
          action={text('overview.forget')}
          onClose={() => setAsking(false)}
          onConfirm={async () => {
            await mutateAsync(node);
            toasts.done(text('overview.forgotten', { node }));
          }}
        >
          <p className="break">
            <code>{node}</code>
          </p>
          <p>{text('overview.forgetwhat')}</p>
        </ConfirmDialog>
      )}
    </>
  );
}

function Unreachable({
  trouble: { source, location, problems, at, next_update },
}: {
  readonly trouble: Extract<Trouble, { readonly kind: 'revocation_unreachable' }>;
}) {
  const isGood = next_update !== undefined && Date.parse(next_update) > Date.now();
  return (
    <Said
      kind={isGood ? 'warning' : 'error'}
      title={text(source === 'crl' ? 'overview.unreachablecrl' : 'overview.unreachableocsp', { location })}
      to="/trust"
      place={text('overview.seerevocation')}
    >
      <p className="break" lang="en">
        {problems.join('; ')}
      </p>
      <p>
        {next_update === undefined
          ? text('overview.nothingheld')
          : text(isGood ? 'overview.goodstill' : 'overview.goodnomore', {
              time: exactTime(next_update),
            })}{' '}
        {text('overview.tried', { distance: fromNow(at) })}
      </p>
    </Said>
  );
}

/** A trouble, and the place where more is known of it. */
function Said({
  kind,
  title,
  to,
  place,
  action,
  children,
}: {
  readonly kind: 'error' | 'warning' | 'note';
  readonly title: string;
  readonly to: string;
  readonly place: string;
  /** What can be done about it here. */
  readonly action?: ReactNode;
  readonly children: ReactNode;
}) {
  return (
    <Notice kind={kind} title={title}>
      {children}
      <div className="toolbar">
        <ButtonLink to={to} small>
          {place}
        </ButtonLink>
        {action}
      </div>
    </Notice>
  );
}
