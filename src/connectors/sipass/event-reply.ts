/**
 * The answers of the event feed, parsed.
 *
 * **Assumed.** No document at hand describes events over the REST API of SiPass: the management API and its live
 * messages are known by name only. This is the shape that the simulator plays; it stands in one file so that the real
 * one can replace it.
 */
import { z } from 'zod';
import { type EventSubject, eventIdSchema, type SourceEvent } from '../events.ts';
import { tokenMember } from './members.ts';

const whole = z.number().int();
const time = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text));
const token = tokenMember.nullish();

const recordSchema = z
  .looseObject({
    EventId: eventIdSchema,
    Sequence: whole,
    Time: time,
    EventName: z.string().min(1),
    CardholderToken: token,
    AccessPointToken: token,
    FloorPointGroupToken: token,
    PointName: z.string().nullish(),
    CardNumber: z.string().nullish(),
  })
  .transform((record): SourceEvent => {
    const { PointName: pointName, CardNumber: cardNumber } = record;
    const value = { ...(pointName ? { pointName } : {}), ...(cardNumber ? { cardNumber } : {}) };
    const [id, sequence, at, kind] = [record.EventId, record.Sequence, record.Time, record.EventName.trim()];
    return { id, sequence, at, kind, entities: subjectsOf(record), value };
  });

/** Members that name an entity, with the kind under which it is synchronized. */
const subjectMembers = [
  ['CardholderToken', 'cardholder'],
  ['AccessPointToken', 'access-point'],
  ['FloorPointGroupToken', 'floor-point-group'],
] as const;

function subjectsOf(record: { readonly [member in (typeof subjectMembers)[number][0]]?: unknown }): EventSubject[] {
  return subjectMembers.flatMap(([member, kind]) => {
    const key = record[member];
    return typeof key === 'string' && key !== '' ? [{ kind, key }] : [];
  });
}

/** A page of the feed. */
export const feedReplySchema = z.looseObject({
  /** Life of the numbering. */
  FeedId: z.string().min(1),
  Records: z.array(recordSchema),
  /** Number up to which this answer has read: the bookmark. */
  Bookmark: whole,
  HasMore: z.boolean(),
  ServerTime: time,
});

/** A page of the history of a window; `Next` is left out at its end. */
export const historyReplySchema = z.looseObject({ Records: z.array(recordSchema), Next: z.string().nullish() });
