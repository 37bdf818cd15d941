/** The log as a parameter. */

/** Where the supervisor's messages go; pino fits. */
export interface Log {
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
  error(details: object, message: string): void;
}
