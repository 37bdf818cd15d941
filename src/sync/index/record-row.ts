/**
 * How a record lies on disk: a few dozen bytes, because every record of the source is looked up in every run.
 *
 * Layout: version, flags, number (4 bytes), how many entities (2), fingerprint (16, when flagged), the key (when it is too long for LMDB), then
 * the entities: type (a number that the index gives to each name), number (4, all ones for none), and the key where it
 * is not that of the record.
 */
import type { IndexedRecord, YieldedEntity } from './entity-index.ts';
import { type Names, RowReader, type RowWriter, unknownRow } from './row-bytes.ts';

const version = 1;
const hasPrint = 1;
const hasKey = 2;
const noNumber = 0xffff_ffff;
const printBytes = 16;

/** `withKey`: the key of the row in LMDB does not tell the key of the record. */
export function encodeRecord(record: IndexedRecord, names: Names, withKey: boolean, row: RowWriter): Buffer {
  const { key, print, entities } = record;
  row.byte(version).byte((print === null ? 0 : hasPrint) | (withKey ? hasKey : 0));
  row.number(record.n).short(entities.length);
  if (print !== null) row.raw(print, 'latin1');
  if (withKey) row.text(key);
  for (const entity of entities) {
    const own = entity.key !== key;
    row
      .byte(names.numberOf(entity.type))
      .byte(own ? 1 : 0)
      .number(entity.n ?? noNumber);
    if (own) row.text(entity.key);
  }
  return row.end();
}

/** @throws CodedError `SW_CHECKPOINT_CORRUPT` when the bytes end early or mean nothing known. */
export function decodeRecord(
  bytes: Buffer,
  known: { readonly kind: string; readonly key: string; readonly length: number },
  names: Names,
): IndexedRecord {
  const row = new RowReader(bytes, known.length);
  const first = row.byte('its version');
  const flags = row.byte('its flags');
  if (first !== version || flags > 3) throw unknownRow(`a row that begins with ${first} and ${flags}`);
  const n = row.number('its number');
  const count = row.short('its count');
  const print = (flags & hasPrint) === 0 ? null : row.raw(printBytes, 'latin1', 'its fingerprint');
  const key = (flags & hasKey) === 0 ? known.key : row.text('its key');
  const entities: YieldedEntity[] = [];
  while (!row.isAtEnd) {
    const type = names.nameOf(row.byte('an entity'));
    const own = row.byte('an entity') === 1;
    const number = row.number('an entity');
    if (type === undefined) throw unknownRow('an entity of no known type');
    entities.push({ type, key: own ? row.text('the key of an entity') : key, n: number === noNumber ? null : number });
  }
  if (entities.length !== count) throw unknownRow(`${entities.length} entities instead of the ${count} it had`);
  return { kind: known.kind, key, n, print, entities };
}
