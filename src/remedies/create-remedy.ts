/** Every kind of remedy that can be configured, and how each is made. */
import { z } from 'zod';
import { assertNever } from '../core/errors.ts';
import { commandOptionsSchema, createCommandRemedy } from './command.ts';
import type { RemedyEnvironment } from './environment.ts';
import { createDockerRemedy, dockerOptionsSchema } from './presets/docker.ts';
import { createKubernetesRemedy, kubernetesOptionsSchema } from './presets/kubernetes.ts';
import { createSystemdRemedy, systemdOptionsSchema } from './presets/systemd.ts';
import { createWindowsServiceRemedy, windowsServiceOptionsSchema } from './presets/windows-service.ts';
import type { Remedy } from './remedy.ts';
import { createWebhookRemedy } from './webhook.ts';
import { webhookOptionsSchema } from './webhook-options.ts';

export const remedySchema = z.discriminatedUnion('kind', [
  commandOptionsSchema,
  systemdOptionsSchema,
  windowsServiceOptionsSchema,
  dockerOptionsSchema,
  kubernetesOptionsSchema,
  webhookOptionsSchema,
]);
export type RemedyOptions = z.infer<typeof remedySchema>;

/** @throws CodedError SW_CONFIG_UNREADABLE when a file that the options name cannot be read */
export function createRemedy(options: RemedyOptions, environment: RemedyEnvironment): Remedy {
  switch (options.kind) {
    case 'command':
      return createCommandRemedy(options, environment);
    case 'systemd':
      return createSystemdRemedy(options, environment);
    case 'windows-service':
      return createWindowsServiceRemedy(options, environment);
    case 'docker':
      return createDockerRemedy(options, environment);
    case 'kubernetes':
      return createKubernetesRemedy(options, environment);
    case 'webhook':
      return createWebhookRemedy(options, environment);
    default:
      return assertNever(options);
  }
}
