/** Numbers in words. */

const format = new Intl.NumberFormat('en-GB');

/** `12,340`. */
export function numberText(value: number): string {
  return format.format(value);
}

/** A number with its noun: `1 step`, `12 steps`. The plural adds an s unless it is given. */
export function counted(value: number, noun: string, plural = `${noun}s`): string {
  return `${numberText(value)} ${value === 1 ? noun : plural}`;
}

/** Share of a total in whole per cent, never 100 before it is whole. */
export function percentOf(done: number, total: number): number {
  if (total <= 0) return 100;
  return done >= total ? 100 : Math.max(0, Math.floor((done / total) * 100));
}

/** An entity type for people: `cardholder-group` becomes `Cardholder groups`. */
export function entityTypeText(type: string): string {
  const words = `${type.replaceAll('-', ' ')}s`;
  return words.charAt(0).toUpperCase() + words.slice(1);
}
