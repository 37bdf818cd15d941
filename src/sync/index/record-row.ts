/**
 * How a record lies on disk: a few dozen bytes, because every record of the source is looked up in every run.
 *
 * Layout: version, flags, number (4 bytes), how many entities (2), fingerprint (16, when flagged), the key (when it is too long for LMDB), then
 * the entities: type (a number that the index gives to each name), number (4, all ones for none), and the key where it
 * is not that of the record.
 */
import { CodedError } from '../../core/errors.ts';
import type { IndexedRecord, YieldedEntity } from './entity-index.ts';

const version = 1;
const hasPrint = 1;
const hasKey = 2;
const noNumber = 0xffff_ffff;
const printBytes = 16;
const headBytes = 8;

/** Numbers for the names of types; the same name always has the same one. */
export interface TypeNames {
  numberOf(type: string): number;
  nameOf(number: number): string | undefined;
}

/** `withKey`: the key of the row in LMDB does not tell the key of the record. */
export function encodeRecord(record: IndexedRecord, types: TypeNames, withKey: boolean): Buffer {
  const parts: Buffer[] = [];
  const head = Buffer.alloc(headBytes + (record.print === null ? 0 : printBytes));
  head[0] = version;
  head[1] = (record.print === null ? 0 : hasPrint) | (withKey ? hasKey : 0);
  head.writeUInt32LE(record.n, 2);
  head.writeUInt16LE(record.entities.length, 6);
  if (record.print !== null) head.write(record.print, headBytes, printBytes, 'latin1');
  parts.push(head);
  if (withKey) parts.push(...text(record.key));
  for (const { type, key, n } of record.entities) {
    const own = key !== record.key;
    const entity = Buffer.alloc(6);
    entity[0] = types.numberOf(type);
    entity[1] = own ? 1 : 0;
    entity.writeUInt32LE(n ?? noNumber, 2);
    parts.push(entity);
    if (own) parts.push(...text(key));
  }
  return Buffer.concat(parts);
}

function text(value: string): Buffer[] {
  const bytes = Buffer.from(value, 'utf8');
  const length = Buffer.alloc(4);
  length.writeUInt32LE(bytes.length);
  return [length, bytes];
}

/** @throws CodedError `SW_CHECKPOINT_CORRUPT` when the bytes end early or mean nothing known. */
export function decodeRecord(
  bytes: Buffer,
  known: { readonly kind: string; readonly key: string; readonly length: number },
  types: TypeNames,
): IndexedRecord {
  const { kind, length } = known;
  const flags = bytes[1] ?? 0;
  if (length < headBytes || bytes[0] !== version || flags > 3) throw unknownRow(`a row that begins with ${bytes[0]}`);
  const n = bytes.readUInt32LE(2);
  let at = headBytes;
  let print: string | null = null;
  if ((flags & hasPrint) !== 0) {
    if (length < at + printBytes) throw unknownRow('a row that ends in its fingerprint');
    print = bytes.toString('latin1', at, at + printBytes);
    at += printBytes;
  }
  const readText = (): string => {
    const end = length < at + 4 ? Number.POSITIVE_INFINITY : at + 4 + bytes.readUInt32LE(at);
    if (end > length) throw unknownRow('a row that ends in a text');
    const value = bytes.toString('utf8', at + 4, end);
    at = end;
    return value;
  };
  const key = (flags & hasKey) !== 0 ? readText() : known.key;
  const entities: YieldedEntity[] = [];
  while (at < length) {
    if (length < at + 6) throw unknownRow('a row that ends in an entity');
    const type = types.nameOf(bytes[at] as number); // at is below the length
    const own = bytes[at + 1] === 1;
    const number = bytes.readUInt32LE(at + 2);
    at += 6;
    if (type === undefined) throw unknownRow('an entity of no known type');
    entities.push({ type, key: own ? readText() : key, n: number === noNumber ? null : number });
  }
  if (entities.length !== bytes.readUInt16LE(6))
    throw unknownRow(`${entities.length} entities instead of those it had`);
  return { kind, key, n, print, entities };
}

function unknownRow(found: string): CodedError {
  return new CodedError('SW_CHECKPOINT_CORRUPT', {
    doing: 'reading a record of the entity index',
    expected: 'a row of the known layout',
    found,
    todo: 'Rebuild the index: syncwarden index ID rebuild',
  });
}
