/** A JSON value on one short line, for before-and-after lists. */

const lengthMax = 80;

/** Compact JSON; strings without quotes, epoch times are left as numbers, long values are cut with an ellipsis. */
export function valueText(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? 'nothing');
  return text.length > lengthMax ? `${text.slice(0, lengthMax - 1)}…` : text;
}
