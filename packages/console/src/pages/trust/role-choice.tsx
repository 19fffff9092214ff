import type { TrustRole } from '../../api/admin-api.ts';
import { RadioCards } from '../../components/field.tsx';

/** What a person says of an entry: a role, or that the rule is to decide. */
export type ChosenRole = TrustRole | 'rule';

const OPTIONS = [
  {
    value: 'rule',
    label: 'By the rule',
    hint: 'An authority if it is a certificate authority and no client’s own.',
  },
  { value: 'authority', label: 'Authority', hint: 'It issues client certificates: it vouches for clients.' },
  { value: 'handshake', label: 'Handshake', hint: 'It may come through itself, and vouches for nobody.' },
] as const satisfies readonly { readonly value: ChosenRole; readonly label: string; readonly hint: string }[];

/** What certificates of a trust store are. */
export function RoleChoice({
  value,
  onChange,
}: {
  readonly value: ChosenRole;
  readonly onChange: (role: ChosenRole) => void;
}) {
  return <RadioCards legend="Role" name="trust-role" value={value} options={OPTIONS} onChange={onChange} />;
}
