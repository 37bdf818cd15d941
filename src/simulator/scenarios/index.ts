/** The scenarios by name. */
import { besideInterrupted } from './beside-interrupted.ts';
import { besideProxyDead } from './beside-proxy-dead.ts';
import { emptySource } from './empty-source.ts';
import { flapping } from './flapping.ts';
import { healthy } from './healthy.ts';
import { incompatible } from './incompatible.ts';
import { interrupted } from './interrupted.ts';
import { missingEntities } from './missing-entities.ts';
import { pluginHang } from './plugin-hang.ts';
import { proxyDead } from './proxy-dead.ts';
import type { Scenario } from './scenario.ts';
import { serverHang } from './server-hang.ts';
import { storm } from './storm.ts';
import { supervisorKilled } from './supervisor-killed.ts';

export const scenarios: readonly Scenario[] = [
  healthy,
  interrupted,
  supervisorKilled,
  pluginHang,
  serverHang,
  proxyDead,
  missingEntities,
  incompatible,
  emptySource,
  flapping,
  storm,
  besideInterrupted,
  besideProxyDead,
];
