/** The configuration of a simulated site: real in every part, with a policy quick enough to watch. */
import type { SitePlan } from './plan.ts';

export interface SiteConfigOptions {
  readonly plan: Pick<SitePlan, 'configure'>;
  /** Where the site's services are controlled. */
  readonly controlUrl: string;
  readonly data: string;
  readonly port: number;
}

/** The configuration file's content. JSON is valid YAML. */
export function siteConfig({ plan, controlUrl, data, port }: SiteConfigOptions): string {
  const common = { data, http: { port }, log: { level: 'info' }, demo: { controlUrl } };
  return `${JSON.stringify({ ...common, ...plan.configure(controlUrl) }, null, 2)}\n`;
}
