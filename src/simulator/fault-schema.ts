/** What a fault may look like: the kinds that every simulated server has, and those that a server declares. */
import { z } from 'zod';

/** Which requests a fault looks at; without it, all. */
const matchSchema = z.strictObject({
  /** HTTP method, any case. */
  method: z.string().min(1).max(20).optional(),
  /** Part of path and query as sent, any case. */
  path: z.string().min(1).max(500).optional(),
});

const commonFields = {
  /** Name to remove it by; made up when absent. An id that exists is replaced. */
  id: z.string().min(1).max(80).optional(),
  match: matchSchema.optional(),
  /** How many matching requests it hits; without it, all. */
  times: z.int().min(1).optional(),
  /** Hits only each nth of the matching requests. */
  everyNth: z.int().min(1).optional(),
  /** Leaves the first n matching requests alone. */
  afterRequests: z.int().min(0).optional(),
};

/** The kinds that every simulated server has, and their own parameters. */
const transportFields = {
  /** Destroys the socket before answering, or after `afterBytes` bytes of the body (headers are sent then). */
  cut: { afterBytes: z.int().min(0).optional() },
  /** Takes the request and never answers. */
  hang: {},
  /** Answers after `delayMs` milliseconds. */
  slow: { delayMs: z.int().min(0).max(3_600_000) },
  /** Answers with this HTTP status and the server's own error body. */
  status: { status: z.int().min(400).max(599) },
  /** Stops listening and drops all sockets, until it is removed or `durationMs` milliseconds have passed. */
  refuse: { durationMs: z.int().min(1).max(3_600_000).optional() },
} as const;

/** Parameters by fault kind: how a server declares its domain faults. */
export type FaultFields = { readonly [kind: string]: z.ZodRawShape };
export type FaultKind<F extends FaultFields> = keyof typeof transportFields | (keyof F & string);

export type FaultCommon = z.output<z.ZodObject<typeof commonFields>> & { readonly id: string };
// The transport kinds come first, so that they are known even where `F` is not.
type FaultParameters<F extends FaultFields, K extends FaultKind<F>> = K extends keyof typeof transportFields
  ? z.output<z.ZodObject<(typeof transportFields)[K]>>
  : z.output<z.ZodObject<F[K]>>;

/** One fault of kind `K`, with its id. */
export type Fault<F extends FaultFields, K extends FaultKind<F>> = FaultCommon & {
  readonly kind: K;
} & FaultParameters<F, K>;

/** The zod schema of one fault: the transport kinds, and the given domain kinds. */
export function faultSchema(domain: FaultFields) {
  const kinds = Object.entries({ ...transportFields, ...domain }).map(([kind, fields]) =>
    // A refused connection carries no request: nothing to match or to count.
    kind === 'refuse'
      ? z.strictObject({ id: commonFields.id, kind: z.literal(kind), ...fields })
      : z.strictObject({ ...commonFields, kind: z.literal(kind), ...fields }),
  );
  const [first, ...others] = kinds;
  if (first === undefined) throw new Error('Invariant broken: there is always a transport kind');
  return z.discriminatedUnion('kind', [first, ...others]);
}

/** The names of all kinds, transport first. */
export function faultKinds(domain: FaultFields): readonly string[] {
  return [...Object.keys(transportFields), ...Object.keys(domain)];
}
