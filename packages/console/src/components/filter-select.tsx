import { setQuery, useRoute } from '../navigation/router.tsx';

export type FilterOption = { readonly value: string; readonly label: string };

/** Narrows a listing by one parameter of the page's address; the option with the empty value removes it. */
export function FilterSelect({
  label,
  name,
  options,
}: {
  readonly label: string;
  readonly name: string;
  readonly options: readonly FilterOption[];
}) {
  const { query } = useRoute();
  return (
    <select
      aria-label={label}
      value={query.get(name) ?? ''}
      onChange={(event) => setQuery({ [name]: event.target.value })}
    >
      {options.map(({ value, label: text }) => (
        <option key={value} value={value}>
          {text}
        </option>
      ))}
    </select>
  );
}
