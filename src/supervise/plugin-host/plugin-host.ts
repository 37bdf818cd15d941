/** The server of plugins as the supervisor sees it, whether it is a child process or part of this one. */
import type { ProbeReport } from '../../../machines/events.ts';
import type { Proof, RunResult } from '../../sync/run-result.ts';
import type { OnDemand } from './on-demand.ts';
import type { Run } from './plugin.ts';

export interface HostStatus {
  readonly running: boolean;
  /** Since when it runs; null when it does not. */
  readonly startedAt: number | null;
  /** Whether its last heartbeat is recent. */
  readonly answering: boolean;
}

/** What a host tells about itself: it fell silent, or it is heard again. */
export type HostSignal = { readonly kind: 'lost'; readonly message: string } | { readonly kind: 'answered' };

/**
 * Every call throws CodedError: `SW_PLUGIN_STOPPED` when the host does not run, `SW_PLUGIN_UNRESPONSIVE` when it does
 * not answer, and whatever the plugin itself threw.
 */
export interface PluginHost {
  readonly server: string;
  status(): HostStatus;
  /** When the plugin of an integration was started; null when it is not running. */
  pluginStartedAt(integration: string): number | null;
  probe(integration: string, signal: AbortSignal): Promise<ProbeReport>;
  check(integration: string, signal: AbortSignal): Promise<Proof>;
  synchronize(integration: string, run: Run): Promise<RunResult>;
  /** What a person may ask of the plugin of an integration. May throw by itself when the plugin does not run. */
  onDemand(integration: string): OnDemand;
  /** Stops and starts one plugin; the whole host only if it does not answer. Answers what was done. */
  restartPlugin(integration: string, signal: AbortSignal): Promise<string>;
  /** Ends and starts the host with all its plugins. Answers what was done. */
  restartServer(signal: AbortSignal): Promise<string>;
  /** Calls back when the host falls silent and when it is heard again. */
  onSignal(listener: (signal: HostSignal) => void): void;
  close(): Promise<void>;
}
