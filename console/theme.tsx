import { useEffect, useState } from 'preact/hooks';
import { keep, readKept } from './kept.ts';

const themes = ['system', 'light', 'dark'] as const;
type Theme = (typeof themes)[number];

/** Light, dark, or what the system says; the page's colours follow `data-theme` of its root. */
export function ThemeToggle() {
  const [theme, setTheme] = useState<Theme>(() => themes.find((it) => it === readKept('theme')) ?? 'system');
  useEffect(() => {
    document.documentElement.dataset['theme'] = theme;
    keep('theme', theme);
  }, [theme]);
  const next = themes[(themes.indexOf(theme) + 1) % themes.length] ?? 'system';
  return (
    <button
      type="button"
      class="quiet"
      onClick={() => setTheme(next)}
      aria-label={`Colours: ${theme}. Change to ${next}`}
    >
      {{ system: '◐', light: '☀', dark: '☾' }[theme]}
    </button>
  );
}
