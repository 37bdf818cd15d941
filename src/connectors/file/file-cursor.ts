/** Where a walk over a file goes on: the file and the place in it, so that another process can take it up. */
import { z } from 'zod';
import type { Cursor } from '../connector.ts';
import { cursorForeign, fileChanged } from './failure.ts';
import { type FileIdentity, fileIdentitySchema, isSameFile } from './file-identity.ts';
import type { Position } from './position.ts';

const cursorSchema = z.strictObject({
  file: fileIdentitySchema,
  offset: z.number().int().min(0),
  line: z.number().int().min(0),
});

export function fileCursor(file: FileIdentity, { offset, line }: Position): Cursor {
  return { file: { ...file }, offset, line };
}

/** @throws CodedError `SW_WALK_INCOMPLETE` for a cursor of another making, or of another file. */
export function placeOf(cursor: Cursor, file: FileIdentity, path: string): Position {
  const parsed = cursorSchema.safeParse(cursor);
  if (!parsed.success) throw cursorForeign(path);
  if (!isSameFile(parsed.data.file, file)) throw fileChanged(path);
  return parsed.data;
}
