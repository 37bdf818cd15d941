/** The sites by what they are for. */
import type { PlanSite } from '../plan.ts';
import { planBehindServer } from './behind-server.ts';
import { planBeside } from './beside.ts';
import { planFleet } from './fleet.ts';
import { planSingle } from './single.ts';

export const sitePlans = {
  single: planSingle(),
  /** A deviation must last as long as on a real site before anything is done about it. */
  patient: planSingle({ confirmMs: 30_000 }),
  'behind-server': planBehindServer,
  fleet: planFleet,
  beside: planBeside,
} as const satisfies { readonly [kind: string]: PlanSite };

export type SiteKind = keyof typeof sitePlans;
