/** Mantine's theme: system fonts, a calm accent whose buttons pass AA contrast in light and dark. */
import { type CSSVariablesResolver, createTheme } from '@mantine/core';

export const theme = createTheme({
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif',
  fontFamilyMonospace: 'ui-monospace, "Cascadia Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace',
  colors: {
    // Dark grounds with a trace of blue, as in the page's own tokens.
    dark: [
      '#e5eaf0',
      '#c3ccd6',
      '#a3afbd',
      '#6d7b8b',
      '#46525f',
      '#313b47',
      '#252e38',
      '#1a2129',
      '#141a21',
      '#11161c',
    ],
    harbour: [
      '#eaf4fb',
      '#d0e5f4',
      '#a3cbe8',
      '#7fb9e2',
      '#5fa6dc',
      '#3a8ccb',
      '#2476b0',
      '#17629a',
      '#0f5286',
      '#073f6b',
    ],
  },
  primaryColor: 'harbour',
  primaryShade: { light: 7, dark: 3 },
  autoContrast: true,
  luminanceThreshold: 0.3,
  defaultRadius: 'md',
  focusRing: 'auto',
  respectReducedMotion: true,
});

/** Mantine draws with the page's own tokens (`tokens.css`), so that both look alike. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: { '--mantine-color-body': 'var(--sw-page)', '--mantine-color-text': 'var(--sw-text)' },
  dark: { '--mantine-color-body': 'var(--sw-page)', '--mantine-color-text': 'var(--sw-text)' },
});
