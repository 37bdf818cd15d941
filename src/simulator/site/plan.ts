/** What a simulated site consists of: its processes, and what the supervisor is told of them. */

export interface PlanOptions {
  /** The command line program, as Node.js is to run it. */
  readonly program: string;
  readonly cardholders: number;
  readonly seed: number;
  readonly profile: 'mp270' | 'mp28x';
}

/** A process of the site, started with these arguments of Node.js. */
export interface PlannedProcess {
  readonly name: string;
  readonly argv: readonly string[];
}

/** A pair of systems that the supervisor is told of. */
export interface PlannedIntegration {
  readonly id: string;
  readonly mode: 'plugin' | 'beside';
  /** The process that plays its Security Center. */
  readonly target: string;
}

export interface SitePlan {
  /** Started one group after the other, those of a group at once. */
  readonly groups: readonly (readonly PlannedProcess[])[];
  /** Processes that the site's service manager restarts when it is asked to. */
  readonly services: readonly string[];
  /** The first one is what a scenario about a single integration is about. */
  readonly integrations: readonly [PlannedIntegration, ...PlannedIntegration[]];
  /** The part of the configuration that differs from site to site; `controlUrl` is that of the service manager. */
  readonly configure: (controlUrl: string) => { readonly integrations: readonly object[]; readonly fleet?: object };
}

export type PlanSite = (options: PlanOptions) => Promise<SitePlan>;
