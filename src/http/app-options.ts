/** What the HTTP interface is built from, and the type of the application that routes are added to. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyBaseLogger, FastifyInstance, RawServerDefault } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { Clock } from '../core/clock.ts';
import type { Runtime } from '../runtime/index.ts';
import type { DifferenceView, EventsView, RejectedList, RejectedView } from './plugin-api.ts';
import type { StreamLimits } from './stream-limits.ts';

/** What is read of a plugin without the machine in between: it changes nothing, and nothing depends on it. */
export interface PluginReads {
  diff(options: {
    readonly types: readonly string[] | null;
    readonly signal: AbortSignal;
  }): AsyncIterable<readonly DifferenceView[]>;
  listRejected(options: {
    readonly after: string | null;
    readonly limit: number;
    readonly signal: AbortSignal;
  }): Promise<Readonly<Omit<RejectedList, 'rejected'>> & { readonly rejected: readonly RejectedView[] }>;
  /** Null where no events are relayed. */
  events(options: { readonly signal: AbortSignal }): Promise<EventsView>;
}

export interface AppOptions {
  readonly runtime: Runtime;
  readonly integrations: readonly { readonly id: string; readonly title: string }[];
  /** The plugin of an integration; without it differences and rejected records cannot be listed. */
  readonly plugin?: (integration: string) => PluginReads;
  readonly clock: Clock;
  /** Host to listen on; decides which Host headers are taken. */
  readonly host: string;
  /** Version of this package, for metrics and the description of the API. */
  readonly version: string;
  /** Folder of the built pages; null serves none. */
  readonly webRoot: string | null;
  readonly demo?: { readonly controlUrl: string };
  /** @default nothing is logged */
  readonly logger?: FastifyBaseLogger;
  readonly stream?: Partial<StreamLimits>;
}

/** A fastify instance whose routes are typed by zod. */
export type App = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  ZodTypeProvider
>;
