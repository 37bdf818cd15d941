/** The books of the simulators: what is in the source, what the target really has, and what was written to it. */
import { z } from 'zod';
import type { Site } from '../site/site.ts';

/** What the Security Center simulator wrote down about every write. */
const tallySchema = z.looseObject({
  /** Writes that changed nothing: the same content was there already. */
  rewrites: z.number().int(),
  /** Creates of an entity whose marker another live entity carries. */
  duplicates: z.number().int(),
  creates: z.number().int(),
  updates: z.number().int(),
  deletes: z.number().int(),
});
export type Tally = z.infer<typeof tallySchema>;

export interface Books {
  /** How many entities of each type there should be, by what the source has. */
  readonly eligible: { readonly [type: string]: number };
  /** How many of them there are; null where only the proof tells. */
  readonly owned: { readonly [type: string]: number } | null;
  readonly tally: Tally;
}

const countsSchema = z.record(z.string(), z.number());
/** What the SiPass simulator says of itself. */
const truthSchema = z.looseObject({ eligible: countsSchema });
const byType = z.looseObject({ byType: countsSchema });
/** What the simulator of Genetec's role says of itself. */
const roleSchema = z.looseObject({
  expected: byType,
  owned: byType,
  asked: z.array(z.looseObject({ action: z.string() })),
  latest: z.looseObject({ trigger: z.string(), state: z.string(), endedAt: z.number().nullable() }).nullable(),
});

export async function readBooks(site: Site, id: string): Promise<Books> {
  const { mode, target } = site.integration(id);
  const tally = tallySchema.parse(await site.admin(target, 'GET', '/writes'));
  if (mode === 'beside') {
    const { expected, owned } = await readRole(site);
    return { eligible: visible(expected.byType), owned: visible(owned.byType), tally };
  }
  const { eligible } = truthSchema.parse(await site.admin('sipass', 'GET', '/truth'));
  return { eligible, owned: null, tally };
}

/** What the role itself says: what it should own and owns, what it was asked for, and how its latest synchronization went. */
export async function readRole(site: Site): Promise<z.infer<typeof roleSchema>> {
  return roleSchema.parse(await site.admin('genetec-role', 'GET', '/state'));
}

/** Of what the role owns, the types that can be counted in SiPass from outside. */
const visibleTypes: ReadonlySet<string> = new Set(['Cardholder', 'CardholderGroup', 'Credential']);

const visible = (counts: Books['eligible']): Books['eligible'] =>
  Object.fromEntries(Object.entries(counts).filter(([type]) => visibleTypes.has(type)));
