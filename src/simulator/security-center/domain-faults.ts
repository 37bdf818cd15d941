/** The faults that only a Security Center can have, and which entities they touch. */
import { z } from 'zod';
import type { Fault } from '../fault-schema.ts';
import type { FaultBox, FaultTarget } from '../faults.ts';
import { seededRandom } from '../seeded-random.ts';
import type { Entity } from './entity.ts';

export const webSdkFaultFields = {
  /** Refuses with `Fail` in an HTTP 200, and does nothing. */
  fail: { code: z.string().default('InvalidOperation'), message: z.string().default('The operation failed') },
  /** Does the work, and cuts the socket instead of answering. */
  'lose-answer': {},
  /** Does the work after `delayMs` milliseconds, also when the client has gone away meanwhile. */
  late: { delayMs: z.int().min(0).max(3_600_000) },
  /** Before the request is answered, entities of a type vanish: `count` of them or a `share`. Mind `times`. */
  'drop-entities': {
    type: z.string().min(1).default('Cardholder'),
    prefix: z.string().default(''),
    count: z.int().min(1).max(1_000_000).default(1),
    share: z.number().gt(0).max(1).optional(),
  },
  /** The main server states this version. */
  version: { version: z.string().min(1).max(60) },
  /** A partition is no longer visible to the user: its entities, of one type or a share of all, do not exist for him. */
  invisible: { type: z.string().optional(), share: z.number().gt(0).max(1).default(1) },
  /** The first row of a page is the last one of the page before. */
  'duplicate-row': {},
  /** No SDK connection is left. */
  licence: {},
  /** A byte order mark stands before the JSON. */
  bom: {},
} as const;

export type WebSdkFaultBox = FaultBox<typeof webSdkFaultFields>;

/** What a user sees without a fault: everything. */
export const hidesNothing = (_entity: Entity): boolean => false;

/**
 * Whether this request's user may not see an entity. The fault counts the request once for each type that it meets, and
 * which entities a share hides depends on fault and entity alone.
 */
export function blindness(faults: WebSdkFaultBox, target: FaultTarget): (entity: Entity) => boolean {
  if (faults.active('invisible').length === 0) return hidesNothing;
  const byType = new Map<string, Fault<typeof webSdkFaultFields, 'invisible'> | null>();
  return ({ id, type }) => {
    if (!byType.has(type))
      byType.set(
        type,
        faults.take('invisible', target, (fault) => (fault.type ?? type).toLowerCase() === type.toLowerCase()),
      );
    const fault = byType.get(type);
    return fault ? fault.share === 1 || seededRandom(`${fault.id}:${id}`).next() < fault.share : false;
  };
}
