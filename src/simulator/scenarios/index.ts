/** The scenarios by name. */
import { emptySource } from './empty-source.ts';
import { healthy } from './healthy.ts';
import { incompatible } from './incompatible.ts';
import { interrupted } from './interrupted.ts';
import { missingEntities } from './missing-entities.ts';
import { pluginHang } from './plugin-hang.ts';
import { proxyDead } from './proxy-dead.ts';
import type { Scenario } from './scenario.ts';
import { supervisorKilled } from './supervisor-killed.ts';

export const scenarios: readonly Scenario[] = [
  healthy,
  interrupted,
  supervisorKilled,
  pluginHang,
  proxyDead,
  missingEntities,
  incompatible,
  emptySource,
];
