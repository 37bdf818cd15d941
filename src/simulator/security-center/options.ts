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
  /** Version that the main server states; from 5.13.3 on, rows of searches carry name, description and logical id. */
  version: z.string().min(1).default('5.12.2.0'),
  /** People who are in the system already and belong to nobody here. */
  strangers: z.int().min(0).max(100_000).default(25),
  /** How much slower the first request of a session is, milliseconds. */
  firstCallDelayMs: z.int().min(0).max(120_000).default(0),
  /** Idle time after which a session ends, seconds. */
  sessionIdleS: z.int().min(1).default(300),
  /** SDK connections on the licence. */
  licences: z.int().min(0).default(5),
  /** What holds a connection: a session until it ends, or a request until it is answered. Both were described. */
  licenceHeldBy: z.enum(['session', 'request']).default('session'),
  /** Where a refusal stands: inside `Result`, or beside it. Both were seen. */
  errorPlace: z.enum(['result', 'rsp']).default('result'),
  /** Whether one entity is answered as an object or as an array of one. Both were seen. */
  single: z.enum(['object', 'array']).default('object'),
  /** Whether enumerations are shown by name or by number. */
  enums: z.enum(['name', 'number']).default('name'),
  /** Whether facility and card are members of their own of a `Format`, or one text in `CardId`. */
  formatShape: z.enum(['members', 'combined']).default('members'),
  /** Whether JSON begins with a byte order mark. */
  bom: z.boolean().default(false),
  /** Whether the group of all cardholders shows among the groups of each. */
  showAllCardholdersGroup: z.boolean().default(false),
  /** Longest path and query that is taken, bytes; the listener itself ends at 16 KB with all headers. */
  requestLineBytesMax: z.int().min(100).max(15_000).default(15_000),
  /** Most rows of one search; beyond it the answer is `TooManyResults` with as many. */
  rowsMax: z.int().min(1).max(1_000_000).default(10_000),
  /** Custom events that the site has defined: their ids are 1 to this. */
  customEvents: z.int().min(0).max(1_000_000).default(100),
  /** Most entities; beyond it a create is refused. */
  entitiesMax: z.int().min(1).max(10_000_000).default(1_000_000),
});

export type WebSdkOptions = z.output<typeof webSdkOptionsSchema>;
export type WebSdkOptionsInput = z.input<typeof webSdkOptionsSchema>;
