/** What a benchmark tells: one measured value, and what it is compared to. */

/** One line of output. Numbers are plain; a ratio is the value divided by what it is held `against`, in the same unit. */
export interface Line {
  readonly bench: string;
  readonly metric: string;
  readonly value: number;
  readonly unit: string;
  /** What the ratio is to; null where there is nothing to compare with. */
  readonly against: string | null;
  readonly ratio: number | null;
}

/** Takes a measured value; `base` is the value of what it is held `against`. */
export type Tell = (
  metric: string,
  value: number,
  unit: string,
  comparison?: { readonly against: string; readonly base: number },
) => void;

/** A teller for one benchmark that hands over its lines rounded to what a measurement can mean. */
export function tellerOf(bench: string, print: (line: Line) => void): Tell {
  return (metric, value, unit, comparison) =>
    print({
      bench,
      metric,
      value: rounded(value),
      unit,
      against: comparison?.against ?? null,
      ratio: comparison === undefined ? null : rounded(value / comparison.base),
    });
}

/** Four significant digits. */
function rounded(value: number): number {
  return Number(value.toPrecision(4));
}
