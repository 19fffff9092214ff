import type { TrustRole } from '../../api/admin-api.ts';
import { RadioCards } from '../../components/field.tsx';
import { text } from '../../words/words.tsx';

/** What a person says of an entry: a role, or that the rule is to decide. */
export type ChosenRole = TrustRole | 'rule';

const OPTIONS = [
  {
    value: 'rule',
    label: text('trust.by.rule'),
    hint: text('trust.by.rulehint'),
  },
  { value: 'authority', label: text('trust.by.authority'), hint: text('trust.by.authorityhint') },
  { value: 'handshake', label: text('trust.by.handshake'), hint: text('trust.by.handshakehint') },
] as const satisfies readonly { readonly value: ChosenRole; readonly label: string; readonly hint: string }[];

/** What certificates of a trust store are. */
export function RoleChoice({
  value,
  onChange,
}: {
  readonly value: ChosenRole;
  readonly onChange: (role: ChosenRole) => void;
}) {
  return (
    <RadioCards
      legend={text('common.role')}
      name="trust-role"
      value={value}
      options={OPTIONS}
      onChange={onChange}
    />
  );
}
