/** Decodes text strictly: a file of another encoding is a fault, not a name with replacement characters in it. */
import { isUtf8 } from 'node:buffer';
import { RecordFault } from './failure.ts';

/** @throws RecordFault */
export function utf8Text(bytes: Buffer): string {
  if (!isUtf8(bytes)) throw new RecordFault('text in UTF-8', 'bytes of another encoding');
  return bytes.toString('utf8');
}
