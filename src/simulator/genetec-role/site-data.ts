/** What the role synchronizes and the simulated SiPass does not offer: a small site of its own, given as names. */
import { z } from 'zod';

const names = (...fallback: string[]) => z.array(z.string().min(1).max(100)).max(10_000).default(fallback);

export const siteDataSchema = z.strictObject({
  alarmClasses: names('Door Forced', 'Duress', 'Fire'),
  apbClusters: names('Campus'),
  apbAreas: names('North Wing', 'South Wing'),
  intrusionAreas: names('Vault', 'Archive'),
  /** Controllers. Each of them becomes two entities. */
  units: names('Controller 1', 'Controller 2'),
});

export type SiteData = z.output<typeof siteDataSchema>;
