/** Keeps the first and the last part of what a program says: how it began, and how it ended. */
import type { Redactor } from './redact.ts';

export interface Output {
  take(chunk: Buffer): void;
  /** What is kept, without secrets, at most {@link shownCharactersMax} characters and a remark. */
  text(): string;
}

/** Bytes kept of either end while the program runs. */
const endBytesMax = 16 * 1024;
/** Characters shown of the beginning and of the end: they go into the record of an incident. */
const firstShownMax = 500;
const lastShownMax = 1_500;
/** Most of an output that is shown. */
export const shownCharactersMax = firstShownMax + lastShownMax;

export function createOutput(redact: Redactor): Output {
  const first: Buffer[] = [];
  let firstBytes = 0;
  let last: Buffer = Buffer.alloc(0);
  let isCut = false;
  return {
    take(chunk) {
      const fits = chunk.subarray(0, endBytesMax - firstBytes);
      if (fits.length > 0) first.push(fits);
      firstBytes += fits.length;
      if (fits.length === chunk.length) return;
      last = Buffer.concat([last, chunk.subarray(fits.length)]);
      if (last.length <= endBytesMax) return;
      isCut = true;
      last = last.subarray(-endBytesMax);
    },
    text() {
      if (!isCut) return shorten(redact(Buffer.concat([...first, last]).toString()).trim());
      // A secret, and a character, may have been cut in two.
      const beginning = redact(
        Buffer.concat(first)
          .toString()
          .replace(/\ufffd+$/, ''),
      );
      const end = redact(last.toString().replace(/^\ufffd+/, ''));
      return join(redact.withoutHalfAtEnd(beginning).trimStart(), redact.withoutHalfAtStart(end).trimEnd());
    },
  };
}

function shorten(text: string): string {
  return text.length <= shownCharactersMax ? text : join(text, text);
}

function join(beginning: string, end: string): string {
  return `${beginning.slice(0, firstShownMax)}\n[... left out ...]\n${end.slice(-lastShownMax)}`;
}
