/** How large the texts of a drawn statechart are, and where their lines break: a model of widths, not a font. */
import type { Size } from './statechart-geometry.ts';

/** Average width of a character at the font sizes in which the pages draw; wide letters are made up for by narrow ones. */
const stateCharWidth = 7.6;
const labelCharWidth = 6.7;
/** Distance between two lines of a label, as the pages draw them. */
const labelLineHeight = 14;
/** Longest line of a label before it is broken. */
const lineCharsMax = 26;

/** Size of a state that contains nothing, with its name and what it runs. */
export function stateSize(name: string, invokes: readonly string[]): Size {
  const note = invokes.length > 0 ? `runs ${invokes.join(', ')}` : '';
  const textWidth = Math.max(name.length * stateCharWidth, note.length * labelCharWidth);
  return { width: Math.max(72, Math.ceil(textWidth) + 24), height: note === '' ? 34 : 44 };
}

/** Least width of a state that contains others, so that its header is not cut off. */
export function headerWidth(name: string, notes: readonly string[]): number {
  return Math.ceil(name.length * stateCharWidth + notes.join('  ').length * labelCharWidth) + 40;
}

/** Size of a label that is broken into lines already. */
export function labelSize(label: string): Size {
  const lines = label.split('\n');
  const longest = Math.max(...lines.map((line) => line.length));
  return { width: Math.ceil(longest * labelCharWidth) + 8, height: lines.length * labelLineHeight + 4 };
}

/**
 * Breaks the parts of a label into lines: each part begins a line of its own unless it still fits, and a name that is
 * longer than a line is broken after one of its dots.
 */
export function labelLines(parts: readonly string[]): string {
  return parts.flatMap(brokenAtDots).reduce<string[]>(joinShort, []).join('\n');
}

function brokenAtDots(part: string): readonly string[] {
  if (part.length <= lineCharsMax) return [part];
  const pieces = part.split(/(?<=\.)/);
  const lines: string[] = [];
  for (const piece of pieces) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + piece.length <= lineCharsMax) lines[lines.length - 1] = last + piece;
    else lines.push(piece);
  }
  return lines;
}

/** Very short parts stay on one line: `always [hasRung]` is read faster than two lines. */
function joinShort(lines: string[], part: string): string[] {
  const last = lines.at(-1);
  if (last === undefined || last.length + 1 + part.length > lineCharsMax * 0.7) return [...lines, part];
  return [...lines.slice(0, -1), `${last} ${part}`];
}
