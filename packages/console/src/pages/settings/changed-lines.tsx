import type { SettingsPreview } from '../../api/admin-api.ts';
import { Notice } from '../../components/states.tsx';
import { text } from '../../words/words.tsx';

/** What would be different in a file, line by line. */
export function ChangedLines({
  preview: { file, node, lines },
}: {
  readonly preview: Pick<SettingsPreview, 'file' | 'node' | 'lines'>;
}) {
  if (lines.length === 0) return <Notice kind="note">{text('settings.nothingchanges')}</Notice>;
  return (
    <>
      <p className="break">{text('settings.previewtitle', { file, node })}</p>
      {lines.map(({ line, removed, added }) => (
        <section key={line} className="changed-lines" aria-label={text('settings.line', { line })}>
          <h3>{text('settings.line', { line })}</h3>
          <pre>
            {removed.map((each, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: the lines of a preview do not change
              <del key={index}>
                <span className="unseen">{text('settings.removed')}: </span>
                {each === '' ? ' ' : each}
                {'\n'}
              </del>
            ))}
            {added.map((each, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: the lines of a preview do not change
              <ins key={index}>
                <span className="unseen">{text('settings.added')}: </span>
                {each === '' ? ' ' : each}
                {'\n'}
              </ins>
            ))}
          </pre>
        </section>
      ))}
    </>
  );
}
