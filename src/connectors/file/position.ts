/** A place between two records of a file. */
export interface Position {
  /** Bytes from the beginning of the file. */
  readonly offset: number;
  /** Lines before it. */
  readonly line: number;
}
