/** Restarts a container of Docker. */
import { z } from 'zod';
import { componentSchema } from '../component-name.ts';
import type { RemedyEnvironment } from '../environment.ts';
import type { Remedy } from '../remedy.ts';
import { createWithRunner } from '../runner.ts';
import { overSchema } from '../ssh.ts';
import { clockToleranceMsDefault, clockToleranceSchema, hasStartedSince } from '../start-time.ts';

export const dockerOptionsSchema = z.strictObject({
  kind: z.literal('docker'),
  component: componentSchema.optional(),
  container: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,254}$/, 'a container name or id: letters, digits and _ . -'),
  /** Another daemon than the one of the environment, for example `tcp://docker.example:2376`. */
  host: z
    .string()
    .regex(
      /^(?:unix|tcp|ssh|npipe):\/\/[A-Za-z0-9_.:/@[\]-]+$/,
      'an address such as unix:///run/docker.sock or tcp://host:2376',
    )
    .optional(),
  over: overSchema.optional(),
  clockToleranceMs: clockToleranceSchema.default(clockToleranceMsDefault),
  timeoutMs: z.number().int().min(1_000).max(3_600_000).default(120_000),
});
export type DockerOptions = z.infer<typeof dockerOptionsSchema>;

const docker = ({ host }: DockerOptions) => ['docker', ...(host === undefined ? [] : ['--host', host])];

export function dockerRestartArgv(options: DockerOptions): readonly string[] {
  return [...docker(options), 'restart', '--', options.container];
}

export function dockerStatusArgv(options: DockerOptions): readonly string[] {
  const format = '{{.State.StartedAt}} {{.State.Running}}';
  return [...docker(options), 'inspect', '--type', 'container', '--format', format, '--', options.container];
}

export function createDockerRemedy(options: DockerOptions, environment: RemedyEnvironment): Remedy {
  const withRunner = createWithRunner(options, environment);
  return {
    act: (use) =>
      withRunner(use, async (runner) => {
        await runner.demand(dockerRestartArgv(options));
        return `Docker has restarted the container ${options.container}.`;
      }),
    wasDone: (use) =>
      withRunner(use, async (runner) => {
        const { code, stdout } = await runner.run(dockerStatusArgv(options));
        const [, time = '', running] = /^(\S+) (true|false)$/.exec(stdout.trim()) ?? [];
        if (code !== 0 || running === undefined) return null;
        // Down: whatever was begun did not come to its end.
        if (running === 'false') return false;
        const at = Date.parse(time);
        if (Number.isNaN(at)) return null;
        const { startedAt } = use;
        const toleranceMs = options.clockToleranceMs;
        // Docker prints nanoseconds; Date keeps milliseconds.
        return hasStartedSince({ at, resolutionMs: 1 }, { startedAt, toleranceMs, now: environment.clock.now() });
      }),
  };
}
