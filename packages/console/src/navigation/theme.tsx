import { useEffect, useState } from 'react';
import { IconButton } from '../components/button.tsx';
import { text } from '../words/words.tsx';

const THEMES = ['auto', 'light', 'dark'] as const;
type Theme = (typeof THEMES)[number];
const NAMES: Readonly<Record<Theme, string>> = {
  auto: text('shell.theme.auto'),
  light: text('shell.theme.light'),
  dark: text('shell.theme.dark'),
};
const KEY = 'countersign.theme';

function stored(): Theme {
  const kept = localStorage.getItem(KEY);
  return THEMES.find((theme) => theme === kept) ?? 'auto';
}

function apply(theme: Theme): void {
  if (theme === 'auto') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}

apply(stored());

/** Light, dark, or as the system has it. */
export function ThemeButton() {
  const [theme, setTheme] = useState<Theme>(stored);
  useEffect(() => {
    apply(theme);
    localStorage.setItem(KEY, theme);
  }, [theme]);
  const next = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] ?? 'auto';
  const icon = theme === 'auto' ? 'auto' : theme === 'light' ? 'sun' : 'moon';
  return (
    <IconButton
      icon={icon}
      label={text('shell.theme', { theme: NAMES[theme], next: NAMES[next] })}
      onClick={() => setTheme(next)}
    />
  );
}
