import { useState } from 'react';
import { SelectField } from '../../components/field.tsx';
import { useMayEverywhere, useMe } from '../../session/me.tsx';
import { text } from '../../words/words.tsx';

/** Into which group new clients are put, for who administers the clients of groups alone. */
export type IntoGroupChoice = {
  readonly groups: readonly string[];
  /** The name of the one that is chosen; undefined for who need not choose. */
  readonly group: string | undefined;
  readonly onChoose: (group: string) => void;
};

export function useIntoGroup(): IntoGroupChoice {
  const mayEverywhere = useMayEverywhere();
  const { limited_roles = [] } = useMe();
  const [chosen, setChosen] = useState<string>();
  const groups = mayEverywhere('clients:write')
    ? []
    : limited_roles.flatMap(({ role, group }) =>
        role === 'clients_writer' && group !== undefined ? [group] : [],
      );
  return { groups, group: chosen ?? groups[0], onChoose: setChosen };
}

/** Nothing for who need not choose. */
export function IntoGroup({ groups, group, onChoose }: IntoGroupChoice) {
  if (groups.length === 0) return null;
  return (
    <SelectField
      label={text('common.group')}
      value={group}
      onChange={(event) => onChoose(event.target.value)}
    >
      {groups.map((name) => (
        <option key={name} value={name}>
          {name}
        </option>
      ))}
    </SelectField>
  );
}
