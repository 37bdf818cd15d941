/** A status as icon and word; the tone only supports them. */
import { ToneIcon } from './icons.tsx';
import type { StatusWord } from './statuses.ts';

export function StatusMark({ word, tone }: StatusWord) {
  return (
    <span className="sw-mark" data-tone={tone}>
      <ToneIcon tone={tone} />
      {word}
    </span>
  );
}
