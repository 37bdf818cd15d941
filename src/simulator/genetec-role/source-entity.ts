/** One entity as the proxy keeps it: what SiPass has, already in the terms of Security Center. */
import { z } from 'zod';

/** Types in the order in which they are written: what is referred to comes first. */
export const entityTypes = [
  'Alarm',
  'Area',
  'IntrusionArea',
  'Unit',
  'IntrusionUnit',
  'Door',
  'Elevator',
  'CardholderGroup',
  'Cardholder',
  'Credential',
] as const;
export type EntityTypeName = (typeof entityTypes)[number];

export const entityTypeSchema = z.enum(entityTypes);

export const sourceEntitySchema = z.object({
  key: z.string(),
  properties: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  customFields: z.record(z.string(), z.string()).optional(),
  format: z.object({ name: z.string(), args: z.array(z.string()) }).optional(),
  /** Keys of groups. */
  groups: z.array(z.string()).optional(),
  /** Key of the holder. */
  cardholder: z.string().optional(),
});
export type SourceEntity = z.output<typeof sourceEntitySchema>;

export type EntitiesByType = { readonly [type in EntityTypeName]: ReadonlyMap<string, SourceEntity> };

export type Counts = { readonly [type: string]: number };

/** How many there are of each type; types without any are left out. */
export function countsOf(entities: EntitiesByType): Counts {
  const counted = entityTypes.map((type) => [type, entities[type].size] as const);
  return Object.fromEntries(counted.filter(([, size]) => size > 0));
}

export const totalOf = (counts: Counts): number => Object.values(counts).reduce((sum, count) => sum + count, 0);
