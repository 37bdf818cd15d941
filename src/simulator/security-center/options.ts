/** The options of the Web SDK simulator, checked where they come in. */
import { z } from 'zod';

export const webSdkOptionsSchema = z.strictObject({
  /** Address to listen on; the back door has no authentication, so keep to loopback. */
  host: z.string().min(1).default('127.0.0.1'),
  /** Port of the role; 0 takes a free one. */
  port: z.int().min(0).max(65_535).default(4590),
  /** Port of the back door; 0 takes a free one. */
  adminPort: z.int().min(0).max(65_535).default(4591),
  /** Base URI of the role. */
  baseUri: z
    .string()
    .regex(/^[A-Za-z]+$/)
    .default('WebSdk'),
  username: z.string().min(1).default('syncwarden'),
  password: z.string().default('syncwarden'),
  applicationId: z.string().min(1).default('syncwarden'),
  seed: z.int().default(1),
  /** Version that the main server states. */
  version: z.string().min(1).default('5.12.2.0'),
  /** People who are in the system already and belong to nobody here. */
  strangers: z.int().min(0).max(100_000).default(25),
  /** How much slower the first request of a session is, milliseconds. */
  firstCallDelayMs: z.int().min(0).max(120_000).default(0),
  /** Idle time after which a session ends, seconds. */
  sessionIdleS: z.int().min(1).default(300),
  /** SDK connections on the licence: sessions that may be open at once. */
  licences: z.int().min(0).default(5),
  /** Where a refusal stands: inside `Result`, or beside it. Both were seen. */
  errorPlace: z.enum(['result', 'rsp']).default('result'),
  /** Whether one entity is answered as an object or as an array of one. Both were seen. */
  single: z.enum(['object', 'array']).default('object'),
});

export type WebSdkOptions = z.output<typeof webSdkOptionsSchema>;
export type WebSdkOptionsInput = z.input<typeof webSdkOptionsSchema>;
