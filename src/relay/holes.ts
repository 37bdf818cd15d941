/** Numbers that should have come and have not: ranges with both ends, apart from each other. Pure. */
import { z } from 'zod';

export const holeSchema = z.object({
  from: z.number().int(),
  to: z.number().int(),
  /** Time of an event before it and of one after it by the clock of the source, as far as known; epoch milliseconds. */
  fromAt: z.number(),
  toAt: z.number(),
  /** When it was noticed, by our clock. */
  since: z.number(),
  /** How many backfills have not filled it. */
  tries: z.number().int(),
  /** Counted as lost: nobody waits for it any more, but who still comes is let in. */
  lost: z.boolean(),
});
export type Hole = Readonly<z.infer<typeof holeSchema>>;

/** How many numbers a hole has. */
export function sizeOf({ from, to }: Hole): number {
  return to - from + 1;
}

/** The hole with this number in it, or null. */
export function holeOf(holes: readonly Hole[], number: number): Hole | null {
  return holes.find(({ from, to }) => from <= number && number <= to) ?? null;
}

/** The holes without this number: the one that has it shrinks, splits or goes. */
export function withNumber(holes: readonly Hole[], number: number): readonly Hole[] {
  return holes.flatMap((hole) => {
    if (number < hole.from || hole.to < number) return [hole];
    const below = number > hole.from ? [{ ...hole, to: number - 1 }] : [];
    const above = number < hole.to ? [{ ...hole, from: number + 1 }] : [];
    return [...below, ...above];
  });
}

/** The number before the first that is still waited for: up to it all is there or given up. */
export function watermarkOf(highest: number, holes: readonly Hole[]): number {
  return holes.reduce((low, hole) => (hole.lost ? low : Math.min(low, hole.from - 1)), highest);
}
