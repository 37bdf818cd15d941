/** The name of a delay in the id that XState gives its timer and event. */

/** Of `xstate.after.<delay>.<state>` the delay; null for anything else. */
export function delayName(id: string): string | null {
  return /^xstate\.after\.([^.]+)\./.exec(id)?.[1] ?? null;
}
