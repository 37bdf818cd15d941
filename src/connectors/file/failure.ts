/** The errors of the file source: a file that cannot be trusted whole is never an empty list. */
import { CodedError } from '../../core/errors.ts';

/** The file is not there, or may not be read. */
export function fileUnreachable(path: string, cause: unknown): CodedError {
  const found = cause instanceof Error ? cause.message : String(cause);
  const todo = 'Check that the export runs, and that its file may be read';
  return new CodedError('SW_UNREACHABLE', { doing: `reading ${path}`, expected: 'a file', found, todo, cause });
}

/** The file is another than before: it was written while it was read, or replaced between two pages. */
export function fileChanged(path: string, cause?: unknown): CodedError {
  return new CodedError('SW_WALK_INCOMPLETE', {
    doing: `reading ${path}`,
    expected: 'a file that stays as it is until it is read',
    found: 'another size, time or file',
    todo: 'Start the walk again; let the export write under another name and rename the file when it is whole',
    cause,
  });
}

/** A cursor is none of this connector. */
export function cursorForeign(path: string): CodedError {
  return new CodedError('SW_WALK_INCOMPLETE', {
    doing: `reading ${path}`,
    expected: 'a cursor of this file',
    found: 'one of another shape',
    todo: 'Start the walk again from the beginning',
  });
}

export interface Malformed {
  readonly path: string;
  /** Left out where it is about the file as a whole. */
  readonly line?: number;
  readonly expected: string;
  readonly found: string;
  /** @default 'Correct the export; nothing of this file is used until it is whole' */
  readonly todo?: string;
  readonly cause?: unknown;
}

/** The file does not hold what it should. Cites no content of it: that would put people's data into logs. */
export function fileMalformed({ path, line, expected, found, todo, cause }: Malformed): CodedError {
  return new CodedError('SW_REPLY_UNEXPECTED', {
    doing: line === undefined ? `reading ${path}` : `reading ${path}, line ${line}`,
    expected,
    found,
    todo: todo ?? 'Correct the export; nothing of this file is used until it is whole',
    cause,
  });
}

/** What is wrong with one record; the reader that knows the line makes a {@link fileMalformed} of it. */
export class RecordFault extends Error {
  readonly expected: string;
  readonly found: string;

  constructor(expected: string, found: string) {
    super(`expected ${expected}, found ${found}`);
    this.expected = expected;
    this.found = found;
  }
}

/** A fault of which the line is known. */
export class RowFault extends RecordFault {
  readonly line: number;

  constructor(line: number, fault: Pick<RecordFault, 'expected' | 'found'>) {
    super(fault.expected, fault.found);
    this.line = line;
  }
}
