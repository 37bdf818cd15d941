/** The faults that only a Security Center can have. */
import { z } from 'zod';
import type { FaultBox } from '../faults.ts';

export const webSdkFaultFields = {
  /** Refuses with `Fail` in an HTTP 200. */
  fail: { code: z.string().default('InvalidOperation'), message: z.string().default('The operation failed') },
  /** Does the work, and cuts the socket instead of answering. */
  'lose-answer': {},
  /** The main server states this version. */
  version: { version: z.string().min(1).max(60) },
  /** Searches find nothing: the partition is no longer visible to the user. */
  invisible: { type: z.string().optional() },
  /** The first row of a page is the last one of the page before. */
  'duplicate-row': {},
  /** No SDK connection is left. */
  licence: {},
  /** A byte order mark stands before the JSON. */
  bom: {},
} as const;

export type WebSdkFaultBox = FaultBox<typeof webSdkFaultFields>;
