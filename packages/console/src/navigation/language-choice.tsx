import { changeLanguage, LANGUAGES, language, text } from '../words/words.tsx';

/** In which language the console is shown. */
export function LanguageChoice() {
  return (
    <select
      aria-label={text('shell.language')}
      value={language()}
      onChange={({ target }) => changeLanguage(target.value)}
    >
      {Object.entries(LANGUAGES).map(([tag, name]) => (
        <option key={tag} value={tag} lang={tag}>
          {name}
        </option>
      ))}
    </select>
  );
}
