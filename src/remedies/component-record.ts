/**
 * What is known of one component: who acts on it, until when, and how far the fencing tokens have come. Pure decisions;
 * {@link ./component-lock.ts} carries them out.
 *
 * A token counts the owners of one data directory. Tokens of two data directories cannot be compared, so each keeps its
 * own highest one, under the name of its issuer.
 */
import { z } from 'zod';

const holderSchema = z.strictObject({
  /** Of this one holding; no other has it. */
  id: z.string(),
  /** Who holds it, in words for a person. */
  holder: z.string(),
  issuer: z.string(),
  fencingToken: z.number(),
  /** Epoch milliseconds. */
  since: z.number(),
  expiresAt: z.number(),
});
export type ComponentHolder = z.infer<typeof holderSchema>;

export const componentRecordSchema = z.strictObject({
  component: z.string(),
  /** The highest token seen of each issuer. */
  tokens: z.record(z.string(), z.number()),
  holder: holderSchema.nullable(),
});
export type ComponentRecord = z.infer<typeof componentRecordSchema>;

/** `record` is to be written before the decision holds; null where nothing changes. */
export type Taking =
  | { readonly kind: 'taken'; readonly record: ComponentRecord | null }
  | { readonly kind: 'held'; readonly by: ComponentHolder; readonly record: ComponentRecord | null }
  | { readonly kind: 'fenced'; readonly highest: number };

/** Decides whether `wish` may act on the component. A holding that has expired is one of the past. */
export function take(record: ComponentRecord, wish: ComponentHolder, now: number): Taking {
  const highest = record.tokens[wish.issuer] ?? 0;
  if (wish.fencingToken < highest) return { kind: 'fenced', highest };
  // Written in an earlier attempt, of which the outcome was not seen.
  if (record.holder?.id === wish.id) return { kind: 'taken', record: null };
  const tokens = { ...record.tokens, [wish.issuer]: wish.fencingToken };
  if (record.holder !== null && record.holder.expiresAt > now) {
    // The newer token is made known at once: its older holder sees it at the next renewal, stops, and makes room.
    return { kind: 'held', by: record.holder, record: wish.fencingToken > highest ? { ...record, tokens } : null };
  }
  return { kind: 'taken', record: { ...record, tokens, holder: wish } };
}

/** The record with a later expiry; null when the holding was lost: it expired and was taken, or a newer owner is there. */
export function renew(record: ComponentRecord, held: ComponentHolder, expiresAt: number): ComponentRecord | null {
  const { holder, tokens } = record;
  if (holder === null || holder.id !== held.id || (tokens[held.issuer] ?? 0) > held.fencingToken) return null;
  return { ...record, holder: { ...holder, expiresAt } };
}

/** The record without the holding; null when it is not there any more. */
export function release(record: ComponentRecord, held: ComponentHolder): ComponentRecord | null {
  return record.holder?.id === held.id ? { ...record, holder: null } : null;
}
