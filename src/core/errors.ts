/**
 * The table of operating errors, and the one class that carries them.
 *
 * An operating error is a fact about the world (a refused password, a full disk): it has a stable code, and its message
 * says what was expected, what was found and what to do. A broken invariant of our own is not in this table: see
 * {@link invariant}. `docs/errors.md` lists every code; a test holds table and page together.
 */

/** What each code means in one line, and the exit code of the command line that ends with it. */
export const errorTable = {
  SW_USAGE: { exit: 2, means: 'the command line or the HTTP interface was used wrongly' },
  SW_CONFIG_UNREADABLE: { exit: 2, means: 'the configuration file cannot be read' },
  SW_CONFIG_INVALID: { exit: 2, means: 'the configuration file is not valid' },
  SW_OUTAGES_INVALID: { exit: 2, means: 'the file of outage patterns cannot be read, or is not valid' },
  SW_NOT_SIMULATED: { exit: 2, means: 'the simulation cannot play what the configuration asks for' },
  SW_PORT_IN_USE: { exit: 2, means: 'the port to listen on is taken' },
  SW_DATA_LOCKED: { exit: 2, means: 'another process owns the data directory' },
  SW_DATA_UNWRITABLE: { exit: 2, means: 'the data directory cannot be written' },
  SW_JOURNAL_CORRUPT: { exit: 2, means: 'the journal has a bad record that is not its torn tail' },
  SW_CHECKPOINT_CORRUPT: { exit: 2, means: 'no copy of the checkpoint can be read' },
  SW_STORE_FAILED: {
    exit: 3,
    means: 'a write or flush of the store failed; nothing more is promised until it is reopened',
  },
  SW_MACHINE_UNKNOWN: { exit: 2, means: 'no machine of that id is registered' },
  SW_MACHINE_NOT_DURABLE: { exit: 2, means: 'a machine breaks the durable profile' },
  SW_EXECUTOR_MISSING: { exit: 2, means: 'a machine names an effect that has no executor' },
  SW_EVENT_INVALID: { exit: 2, means: 'an event does not match the vocabulary' },
  SW_EVENT_RESERVED: { exit: 2, means: 'an event type is reserved for the engine' },
  SW_INSTANCE_UNKNOWN: { exit: 2, means: 'no instance of that key exists' },
  SW_INSTANCE_ENDED: { exit: 1, means: 'the instance has ended' },
  SW_INSTANCE_SET_ASIDE: { exit: 1, means: 'no registered machine can go on with the record of the instance' },
  SW_MAILBOX_FULL: { exit: 3, means: 'too many wait already: events of an instance, or readers of a stream' },
  SW_RUNTIME_STOPPED: { exit: 3, means: 'the runtime no longer accepts events' },
  SW_UNREACHABLE: { exit: 3, means: 'the other side cannot be reached' },
  SW_TIMEOUT: { exit: 3, means: 'the other side did not answer in time' },
  SW_TLS_UNTRUSTED: { exit: 3, means: 'the certificate of the other side is not trusted' },
  SW_UNAUTHORISED: { exit: 3, means: 'the other side refuses the credentials' },
  SW_SESSION_LOST: { exit: 3, means: 'the session ended on the other side' },
  SW_SESSION_BUSY: { exit: 3, means: 'the operator is already logged in elsewhere' },
  SW_LICENCE: { exit: 3, means: 'no licence is left on the other side' },
  SW_SERVER_FAILED: { exit: 3, means: 'the other side answered with a failure of its own' },
  SW_REPLY_UNEXPECTED: { exit: 3, means: 'a reply does not have the shape that is known' },
  SW_REFUSED: { exit: 1, means: 'the target refuses one entity' },
  SW_NOT_NOW: { exit: 1, means: 'what is asked for makes no sense in the present state' },
  SW_INCOMPATIBLE: { exit: 1, means: 'versions do not go together' },
  SW_WALK_INCOMPLETE: { exit: 1, means: 'a list changed or broke off while it was walked' },
  SW_RUN_LEASED: { exit: 1, means: 'another run holds the lease' },
  SW_RUN_CANCELLED: { exit: 1, means: 'the run was cancelled' },
  SW_PLUGIN_UNRESPONSIVE: { exit: 3, means: 'the plugin host does not answer' },
  SW_PLUGIN_STOPPED: { exit: 3, means: 'the plugin host is not running' },
  SW_REMEDY_FAILED: { exit: 1, means: 'a remedy failed' },
  SW_FENCED: { exit: 1, means: 'a newer owner has taken over' },
  SW_NOT_FOUND: { exit: 1, means: 'there is nothing of that name' },
  SW_INTERNAL: { exit: 3, means: 'an invariant of Syncwarden itself is broken' },
} as const satisfies Record<string, { exit: 0 | 1 | 2 | 3; means: string }>;

/** A stable code of {@link errorTable}. */
export type ErrorCode = keyof typeof errorTable;

/** What a coded error is made of. Each text is a clause without a final full stop. */
export interface ErrorParts {
  /** What was being done, for example `reading the configuration file site.yaml`. */
  readonly doing: string;
  readonly expected: string;
  readonly found: string;
  /** What the reader can do about it. */
  readonly todo: string;
  readonly cause?: unknown;
}

/** An operating error with a stable code. Its message is one sentence for a person. */
export class CodedError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, parts: ErrorParts | { readonly message: string }) {
    super('message' in parts ? parts.message : sentenceOf(parts), 'message' in parts ? {} : { cause: parts.cause });
    this.name = 'CodedError';
    this.code = code;
  }

  /** An error that crossed a process as {@link ErrorData}: its message is whole already. */
  static revive(code: ErrorCode, message: string): CodedError {
    return new CodedError(code, { message });
  }
}

function sentenceOf({ doing, expected, found, todo }: ErrorParts): string {
  return `${doing}: expected ${expected}, found ${found}. ${todo}.`;
}

/** An error as plain JSON, the only form in which it enters a record or crosses a process. */
export interface ErrorData {
  readonly code: ErrorCode;
  readonly message: string;
}

/** Turns whatever was thrown into {@link ErrorData}; what is not coded becomes `SW_INTERNAL`. */
export function toErrorData(thrown: unknown): ErrorData {
  if (thrown instanceof CodedError) return { code: thrown.code, message: thrown.message };
  return { code: 'SW_INTERNAL', message: thrown instanceof Error ? thrown.message : String(thrown) };
}

/** Throws if an invariant of our own is broken: a programmer error that must be loud. */
export function invariant(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(`Invariant broken: ${message}`);
}

/** Closes a switch over a union: the compiler rejects the call while a case is missing. */
export function assertNever(value: never): never {
  throw new Error(`Invariant broken: unhandled case ${JSON.stringify(value)}`);
}
