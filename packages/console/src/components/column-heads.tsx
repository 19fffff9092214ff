/** The heads of the columns of a table, in their order; each label stands once. */
export const ColumnHeads = ({ labels }: { readonly labels: readonly string[] }) =>
  labels.map((label) => (
    <th key={label} scope="col">
      {label}
    </th>
  ));
