/** The books of the simulators: what is in the source, and what was written to the target. */
import { z } from 'zod';

/** What the SiPass simulator says of itself. */
export const truthSchema = z.looseObject({ eligible: z.record(z.string(), z.number()) });
export type Truth = z.infer<typeof truthSchema>;

/** What the Security Center simulator wrote down about every write. */
export const tallySchema = z.looseObject({
  /** Writes that changed nothing: the same content was there already. */
  rewrites: z.number().int(),
  /** Creates of an entity whose marker another live entity carries. */
  duplicates: z.number().int(),
  creates: z.number().int(),
  updates: z.number().int(),
  deletes: z.number().int(),
});
export type Tally = z.infer<typeof tallySchema>;
