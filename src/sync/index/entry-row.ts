/**
 * How an entity lies on disk. Every entity of the target is looked up in every proof.
 *
 * Layout: version, flags, number (4 bytes), content hash (16 when it is one of ours, else a text), id, the key (when it
 * is too long for LMDB), then the origin, when there is one: its kind (a number that the index gives to each name), and
 * its key where it is not that of the entity.
 */
import type { IndexEntry } from './entity-index.ts';
import { type Names, RowReader, type RowWriter, unknownRow } from './row-bytes.ts';

const version = 1;
const hasKey = 1;
const hasHash = 2;
const hasOrigin = 4;
const hasOriginKey = 8;
const hashBytes = 16;
const contentHash = /^[0-9a-f]{32}$/;

/** `withKey`: the key of the row in LMDB does not tell the key of the entity. */
export function encodeEntry(entry: IndexEntry, names: Names, withKey: boolean, row: RowWriter): Buffer {
  const { key, n, id, hash, origin } = entry;
  const isHash = contentHash.test(hash);
  const ownKey = origin !== null && origin.key !== key;
  const flags =
    (withKey ? hasKey : 0) | (isHash ? hasHash : 0) | (origin ? hasOrigin : 0) | (ownKey ? hasOriginKey : 0);
  row.byte(version).byte(flags).number(n);
  if (isHash) row.raw(hash, 'hex');
  else row.text(hash);
  row.text(id);
  if (withKey) row.text(key);
  if (origin) row.byte(names.numberOf(origin.kind));
  if (origin && ownKey) row.text(origin.key);
  return row.end();
}

/** @throws CodedError `SW_CHECKPOINT_CORRUPT` when the bytes end early or mean nothing known. */
export function decodeEntry(
  bytes: Buffer,
  known: { readonly type: string; readonly key: string; readonly length: number },
  names: Names,
): IndexEntry {
  const row = new RowReader(bytes, known.length);
  const first = row.byte('its version');
  const flags = row.byte('its flags');
  if (first !== version || flags > 15) throw unknownRow(`a row that begins with ${first} and ${flags}`);
  const n = row.number('its number');
  const hash = (flags & hasHash) === 0 ? row.text('its hash') : row.raw(hashBytes, 'hex', 'its hash');
  const id = row.text('its id');
  const key = (flags & hasKey) === 0 ? known.key : row.text('its key');
  const kind = (flags & hasOrigin) === 0 ? null : names.nameOf(row.byte('its origin'));
  if (kind === undefined) throw unknownRow('an origin of no known kind');
  const originKey = (flags & hasOriginKey) === 0 ? key : row.text('the key of its origin');
  if (!row.isAtEnd) throw unknownRow('a row that goes on behind its end');
  return { type: known.type, key, n, id, hash, origin: kind === null ? null : { kind, key: originKey } };
}
