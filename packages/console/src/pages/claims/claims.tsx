import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Attribute, ClaimRule } from '../../api/admin-api.ts';
import { changes, queries } from '../../api/queries.ts';
import { pathOf } from '../../api/request.ts';
import { Button, IconButton } from '../../components/button.tsx';
import { Cell } from '../../components/cell.tsx';
import { ColumnHeads } from '../../components/column-heads.tsx';
import { ConfirmDialog } from '../../components/dialog.tsx';
import { PageHeader } from '../../components/page-header.tsx';
import { Badge, Empty, Failed, Loading } from '../../components/states.tsx';
import { useToasts } from '../../components/toast.tsx';
import { Link } from '../../navigation/router.tsx';
import { useMay, useMayEverywhere } from '../../session/me.tsx';
import { text } from '../../words/words.tsx';
import { AttributeDialog } from './attribute-dialog.tsx';
import { RuleDialog } from './rule-dialog.tsx';
import { DESTINATIONS, sourceInWords } from './words.ts';

/** What is asked about a rule or an attribute; without one, that another is to be. */
type Asking<T> = { readonly to: 'save'; readonly item?: T } | { readonly to: 'remove'; readonly item: T };

/** The claims that operators define, and the attributes of people that some are made of. */
export function ClaimsPage() {
  const may = useMay();
  const mayEverywhere = useMayEverywhere();
  return (
    <>
      {mayEverywhere('clients:read') ? <Rules /> : <PageHeader title={text('claims.title')} />}
      {may('people:read') && <Attributes />}
    </>
  );
}

function Rules() {
  const may = useMayEverywhere()('clients:write');
  const [asking, setAsking] = useState<Asking<ClaimRule>>();
  const { data, error, refetch } = useQuery(queries.claimRules());
  const close = () => setAsking(undefined);
  return (
    <>
      <PageHeader
        title={text('claims.title')}
        about={text('claims.about')}
        actions={
          may && (
            <Button look="primary" icon="plus" onClick={() => setAsking({ to: 'save' })}>
              {text('claims.define')}
            </Button>
          )
        }
      />
      {error && !data && <Failed error={error} retry={refetch} />}
      {!error && !data && <Loading rows={3} />}
      {data?.items.length === 0 && <Empty title={text('claims.none')} icon="claims" />}
      {data && data.items.length > 0 && <RuleTable rules={data.items} onAsk={may ? setAsking : undefined} />}
      {asking?.to === 'save' && <RuleDialog {...(asking.item && { rule: asking.item })} onClose={close} />}
      {asking?.to === 'remove' && <RemoveRule rule={asking.item} onClose={close} />}
    </>
  );
}

const RuleTable = ({
  rules,
  onAsk,
}: {
  readonly rules: readonly ClaimRule[];
  readonly onAsk: ((asking: Asking<ClaimRule>) => void) | undefined;
}) => (
  <div className="card table-card">
    <table className="rows">
      <caption className="unseen">{text('claims.rules')}</caption>
      <thead>
        <tr>
          <ColumnHeads
            labels={[text('claims.claim'), text('claims.for'), text('claims.madeof'), text('claims.goesto')]}
          />
          <th scope="col">
            <span className="unseen">{text('common.actions')}</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {rules.map((rule) => (
          <tr key={rule.claim_rule_id}>
            <th scope="row">{rule.claim}</th>
            <Cell label={text('claims.for')}>
              {rule.scope !== undefined && <Badge>{text('claims.scopename', { scope: rule.scope })}</Badge>}{' '}
              {rule.client_id !== undefined && (
                <Link to={pathOf('clients', rule.client_id)}>{rule.client_id}</Link>
              )}
            </Cell>
            <Cell label={text('claims.madeof')}>{sourceInWords(rule.source)}</Cell>
            <Cell label={text('claims.goesto')}>
              {rule.destinations.map((destination) => DESTINATIONS[destination]).join(', ')}
            </Cell>
            <td className="row-actions">
              {onAsk && (
                <>
                  <IconButton
                    icon="edit"
                    label={text('claims.change', { claim: rule.claim })}
                    onClick={() => onAsk({ to: 'save', item: rule })}
                  />
                  <IconButton
                    icon="trash"
                    label={text('claims.removeclaim', { claim: rule.claim })}
                    onClick={() => onAsk({ to: 'remove', item: rule })}
                  />
                </>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  </div>
);

function RemoveRule({ rule, onClose }: { readonly rule: ClaimRule; readonly onClose: () => void }) {
  const toasts = useToasts();
  const { mutateAsync } = useMutation(changes.removeClaimRule);
  return (
    <ConfirmDialog
      title={text('claims.removequestion', { claim: rule.claim })}
      action={text('common.remove')}
      onClose={onClose}
      onConfirm={async () => {
        await mutateAsync(rule.claim_rule_id);
        toasts.done(text('claims.removed', { claim: rule.claim }));
      }}
    >
      <p>{text('claims.removetext')}</p>
    </ConfirmDialog>
  );
}

function Attributes() {
  const may = useMay()('people:write');
  const [asking, setAsking] = useState<Asking<Attribute>>();
  const { data, error, refetch } = useQuery(queries.attributes());
  const close = () => setAsking(undefined);
  return (
    <section>
      <div className="section-head">
        <h2>{text('claims.attributes')}</h2>
        {may && (
          <Button icon="plus" onClick={() => setAsking({ to: 'save' })}>
            {text('claims.defineattribute')}
          </Button>
        )}
      </div>
      {error && !data && <Failed error={error} retry={refetch} />}
      {!error && !data && <Loading rows={2} />}
      {data?.items.length === 0 && <Empty title={text('claims.noattributes')} />}
      {data && data.items.length > 0 && (
        <div className="card table-card">
          <table className="rows">
            <caption className="unseen">{text('claims.attributes')}</caption>
            <thead>
              <tr>
                <ColumnHeads
                  labels={[
                    text('common.name'),
                    text('common.type'),
                    text('claims.pattern'),
                    text('claims.label'),
                  ]}
                />
                <th scope="col">
                  <span className="unseen">{text('common.actions')}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {data.items.map((item) => (
                <AttributeRow key={item.name} item={item} onAsk={may ? setAsking : undefined} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {asking?.to === 'save' && (
        <AttributeDialog {...(asking.item && { attribute: asking.item })} onClose={close} />
      )}
      {asking?.to === 'remove' && <RemoveAttribute attribute={asking.item} onClose={close} />}
    </section>
  );
}

const AttributeRow = ({
  item,
  onAsk,
}: {
  readonly item: Attribute;
  readonly onAsk: ((asking: Asking<Attribute>) => void) | undefined;
}) => (
  <tr>
    <th scope="row">{item.name}</th>
    <Cell label={text('common.type')}>
      {item.list ? text('claims.listof', { type: item.type }) : item.type}
    </Cell>
    <Cell label={text('claims.pattern')}>{item.pattern !== undefined && <code>{item.pattern}</code>}</Cell>
    <Cell label={text('claims.label')}>{item.title}</Cell>
    <td className="row-actions">
      {onAsk && (
        <>
          <IconButton
            icon="edit"
            label={text('claims.changeattribute', { name: item.name })}
            onClick={() => onAsk({ to: 'save', item })}
          />
          <IconButton
            icon="trash"
            label={text('claims.removeattribute', { name: item.name })}
            onClick={() => onAsk({ to: 'remove', item })}
          />
        </>
      )}
    </td>
  </tr>
);

function RemoveAttribute({
  attribute,
  onClose,
}: {
  readonly attribute: Attribute;
  readonly onClose: () => void;
}) {
  const toasts = useToasts();
  const { mutateAsync } = useMutation(changes.removeAttribute);
  return (
    <ConfirmDialog
      title={text('claims.removeattributequestion', { name: attribute.name })}
      action={text('common.remove')}
      onClose={onClose}
      onConfirm={async () => {
        await mutateAsync(attribute.name);
        toasts.done(text('claims.attributeremoved', { name: attribute.name }));
      }}
    >
      <p>{text('claims.removeattributetext')}</p>
    </ConfirmDialog>
  );
}
