/** The few icons of the pages, drawn here: each goes with a word and is hidden from screen readers. */
import type { Tone } from './tone.ts';

const tonePaths: Record<Tone, string> = {
  ok: 'M8 1.5a6.5 6.5 0 1 1 0 13a6.5 6.5 0 0 1 0-13M5 8.2l2.1 2.1L11 6.2',
  warn: 'M8 2l6.5 11.5h-13zM8 6.5v3.2M8 11.6v.2',
  bad: 'M5.3 1.5h5.4l3.8 3.8v5.4l-3.8 3.8H5.3l-3.8-3.8V5.3zM5.8 5.8l4.4 4.4M10.2 5.8l-4.4 4.4',
  busy: 'M13.8 6.5A6 6 0 0 0 3 4.6L2 6M2.2 9.5A6 6 0 0 0 13 11.4L14 10M2 2.8V6h3.2M14 13.2V10h-3.2',
  calm: 'M8 1.5a6.5 6.5 0 1 1 0 13a6.5 6.5 0 0 1 0-13M5 8h6',
};

export function ToneIcon({ tone }: { readonly tone: Tone }) {
  return (
    <svg className="sw-icon" viewBox="0 0 16 16" aria-hidden="true" data-tone={tone}>
      <path d={tonePaths[tone]} />
    </svg>
  );
}

export function BrandIcon() {
  return (
    <svg className="sw-brand-icon" viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="8" />
      <path d="M9 12.5h11.5M17 8.5l4 4-4 4M23 19.5H11.5M15 15.5l-4 4 4 4" />
    </svg>
  );
}
