/** Restarts the pods of a workload of Kubernetes, one after the other as its strategy says. */
import { z } from 'zod';
import { componentSchema } from '../component-name.ts';
import type { RemedyEnvironment } from '../environment.ts';
import type { Remedy } from '../remedy.ts';
import { createWithRunner } from '../runner.ts';
import { overSchema } from '../ssh.ts';
import { clockToleranceMsDefault, clockToleranceSchema, hasStartedSince } from '../start-time.ts';

const nameSchema = z
  .string()
  .regex(/^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/, 'a name of Kubernetes: lower case letters, digits and . -');

export const kubernetesOptionsSchema = z.strictObject({
  kind: z.literal('kubernetes'),
  component: componentSchema.optional(),
  workload: z.enum(['deployment', 'statefulset', 'daemonset']),
  name: nameSchema,
  namespace: nameSchema,
  /** Of the kubeconfig; without one, that of the environment. */
  context: z
    .string()
    .regex(/^[A-Za-z0-9_][A-Za-z0-9_.:@/-]{0,252}$/, 'a context name of letters, digits and _ . : @ / -')
    .optional(),
  over: overSchema.optional(),
  clockToleranceMs: clockToleranceSchema.default(clockToleranceMsDefault),
  timeoutMs: z.number().int().min(1_000).max(3_600_000).default(300_000),
});
export type KubernetesOptions = z.infer<typeof kubernetesOptionsSchema>;

const kubectl = ({ context, namespace }: KubernetesOptions) => [
  'kubectl',
  ...(context === undefined ? [] : [`--context=${context}`]),
  `--namespace=${namespace}`,
];

export function kubernetesRestartArgv(options: KubernetesOptions): readonly string[] {
  return [...kubectl(options), 'rollout', 'restart', `${options.workload}/${options.name}`];
}

/** Waits until the new pods are ready, and fails when the cluster has given up. */
export function kubernetesWaitArgv(options: KubernetesOptions): readonly string[] {
  const timeout = `--timeout=${Math.ceil(options.timeoutMs / 1_000)}s`;
  return [...kubectl(options), 'rollout', 'status', `${options.workload}/${options.name}`, timeout];
}

/** `rollout restart` does nothing but write this annotation: when it was asked for, by the clock of whoever asked. */
export function kubernetesStatusArgv(options: KubernetesOptions): readonly string[] {
  const path = '{.spec.template.metadata.annotations.kubectl\\.kubernetes\\.io/restartedAt}';
  return [...kubectl(options), 'get', `${options.workload}/${options.name}`, `--output=jsonpath=${path}`];
}

export function createKubernetesRemedy(options: KubernetesOptions, environment: RemedyEnvironment): Remedy {
  const withRunner = createWithRunner(options, environment);
  return {
    act: (use) =>
      withRunner(use, async (runner) => {
        await runner.demand(kubernetesRestartArgv(options));
        await runner.demand(kubernetesWaitArgv(options));
        return `Kubernetes has restarted ${options.workload}/${options.name}, and its pods are ready.`;
      }),
    wasDone: (use) =>
      withRunner(use, async (runner) => {
        const { code, stdout } = await runner.run(kubernetesStatusArgv(options));
        if (code !== 0) return null;
        // Never restarted in this way.
        if (stdout.trim() === '') return false;
        const at = Date.parse(stdout.trim());
        if (Number.isNaN(at)) return null;
        const { startedAt } = use;
        const toleranceMs = options.clockToleranceMs;
        const now = environment.clock.now();
        const asked = hasStartedSince({ at, resolutionMs: 1_000 }, { startedAt, toleranceMs, now });
        if (asked !== true) return asked;
        // Asking again would only begin the same rollout anew: one that gets stuck is no case for a second one.
        return (await runner.run(kubernetesWaitArgv(options))).code === 0 ? true : null;
      }),
  };
}
