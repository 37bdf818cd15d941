/** What every kind of comparison and run is limited by: its mode, and the entity types it is about. */
import { z } from 'zod';

/** `full` re-reads the target and does not trust the entity index; `delta` trusts it. */
export const modeSchema = z.enum(['full', 'delta']);
export type Mode = z.infer<typeof modeSchema>;

/** Most entity types that one request names. */
const typesMax = 50;

/** Entity types of the target, at least one. */
export const typesSchema = z.array(z.string().min(1).max(100)).min(1).max(typesMax);
