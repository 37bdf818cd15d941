/** Reads from SiPass what the vendor's rules count, and nothing more. */
import type { Source, SourceRecord } from '../connectors/connector.ts';
import type { BesideOptions } from './options.ts';
import { type ComparableType, hasFirstCredential, type SipassLists } from './vendor-counts.ts';

/**
 * Keys are enough for most; what kind a workgroup is, and whether a person has a card, stands in the details alone: one
 * more request for each of them.
 */
export async function readLists(
  source: Source,
  { compare, credentials }: Pick<BesideOptions, 'compare' | 'credentials'>,
  signal: AbortSignal,
): Promise<SipassLists> {
  const wants = (type: ComparableType) => compare.includes(type);
  const withCards = credentials && wants('Credential');
  const people = withCards ? await readPeople(source, signal) : null;
  return {
    cardholders: wants('Cardholder') ? (people?.all ?? (await countKeys(source, 'cardholder', signal))) : null,
    firstCredentials: people?.withCard ?? null,
    workgroupTypes: wants('CardholderGroup') ? await readWorkgroupTypes(source, signal) : null,
    accessPoints: wants('Door') ? await countKeys(source, 'access-point', signal) : null,
    floorPointGroups: wants('Elevator') ? await countKeys(source, 'floor-point-group', signal) : null,
  };
}

async function countKeys(source: Source, kind: string, signal: AbortSignal): Promise<number> {
  const keys = new Set<string>();
  for await (const page of source.keys(kind, signal)) for (const key of page) keys.add(key);
  return keys.size;
}

async function readPeople(source: Source, signal: AbortSignal) {
  const people = new Map<string, boolean>();
  for await (const { key, value } of records(source, 'cardholder', signal)) people.set(key, hasFirstCredential(value));
  return { all: people.size, withCard: [...people.values()].filter(Boolean).length };
}

async function readWorkgroupTypes(source: Source, signal: AbortSignal): Promise<readonly number[]> {
  const types = new Map<string, number>();
  for await (const { key, value } of records(source, 'workgroup', signal)) types.set(key, Number(value['type']));
  return [...types.values()];
}

async function* records(source: Source, kind: string, signal: AbortSignal): AsyncGenerator<SourceRecord> {
  for (let cursor: Parameters<Source['walk']>[1] = null; ; ) {
    const page = await source.walk(kind, cursor, signal);
    yield* page.records;
    if (page.next === null) return;
    cursor = page.next;
  }
}
