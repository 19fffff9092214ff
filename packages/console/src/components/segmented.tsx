/** A few alternatives of one view, of which one is on. */
export function Segmented({
  legend,
  options,
  chosen,
  onChoose,
}: {
  readonly legend: string;
  readonly options: readonly string[];
  readonly chosen: string;
  readonly onChoose: (option: string) => void;
}) {
  return (
    <fieldset className="segmented">
      <legend className="unseen">{legend}</legend>
      {options.map((option) => (
        <button key={option} type="button" aria-pressed={option === chosen} onClick={() => onChoose(option)}>
          {option}
        </button>
      ))}
    </fieldset>
  );
}
