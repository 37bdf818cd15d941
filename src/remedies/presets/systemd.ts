/** Restarts a unit of systemd. */
import { z } from 'zod';
import { componentSchema } from '../component-name.ts';
import type { RemedyEnvironment } from '../environment.ts';
import type { Remedy } from '../remedy.ts';
import { createWithRunner, type Runner } from '../runner.ts';
import { overSchema } from '../ssh.ts';
import { clockToleranceMsDefault, clockToleranceSchema, hasStartedSince, type StartTime } from '../start-time.ts';

export const systemdOptionsSchema = z
  .strictObject({
    kind: z.literal('systemd'),
    component: componentSchema.optional(),
    /** With or without suffix; without one it is a service. */
    unit: z
      .string()
      .regex(
        /^[A-Za-z0-9_:][A-Za-z0-9_:.@\\-]{0,254}$/,
        'a unit name: letters, digits and : _ . @ \\ -, not beginning with -',
      ),
    /** Asks the manager of the user instead of that of the system. */
    user: z.boolean().default(false),
    /** Restarts through `sudo -n`, which must be allowed exactly that. */
    sudo: z.boolean().default(false),
    over: overSchema.optional(),
    clockToleranceMs: clockToleranceSchema.default(clockToleranceMsDefault),
    timeoutMs: z.number().int().min(1_000).max(3_600_000).default(120_000),
  })
  .refine(({ user, sudo }) => !(user && sudo), {
    path: ['sudo'],
    message: 'does not go with user: the manager of the user belongs to the user',
  })
  .refine(({ over }) => over?.ssh.shell !== 'windows', {
    path: ['over', 'ssh', 'shell'],
    message: 'cannot be windows: systemd runs on Linux',
  });
export type SystemdOptions = z.infer<typeof systemdOptionsSchema>;

export function systemdRestartArgv({ unit, user, sudo }: SystemdOptions): readonly string[] {
  const argv = ['systemctl', ...(user ? ['--user'] : []), '--no-ask-password', 'restart', '--', unit];
  return sudo ? ['sudo', '-n', ...argv] : argv;
}

/**
 * Reading needs no privilege. systemd older than 251 knows no `--timestamp=unix`: it is asked again for the pretty time,
 * in UTC, because the names of other zones are ambiguous.
 */
export function systemdStatusArgv({ unit, user }: SystemdOptions, isOld: boolean): readonly string[] {
  const properties = '--property=ActiveState,ActiveEnterTimestamp';
  const asked = [...(user ? ['--user'] : []), 'show', properties, ...(isOld ? [] : ['--timestamp=unix']), '--', unit];
  return isOld ? ['env', 'LC_ALL=C', 'TZ=UTC', 'systemctl', ...asked] : ['systemctl', ...asked];
}

export function createSystemdRemedy(options: SystemdOptions, environment: RemedyEnvironment): Remedy {
  const withRunner = createWithRunner(options, environment);
  return {
    act: (use) =>
      withRunner(use, async (runner) => {
        await runner.demand(systemdRestartArgv(options));
        return `systemd has restarted ${options.unit}.`;
      }),
    wasDone: (use) =>
      withRunner(use, async (runner) => {
        const status = await settledStatus(options, runner);
        if (status === null) return null;
        // Down: whatever was begun did not come to its end.
        if (status.state === 'inactive' || status.state === 'failed') return false;
        if (status.state !== 'active' || status.start === null) return null;
        const { startedAt } = use;
        const toleranceMs = options.clockToleranceMs;
        return hasStartedSince(status.start, { startedAt, toleranceMs, now: environment.clock.now() });
      }),
  };
}

interface UnitStatus {
  readonly state: string;
  readonly start: StartTime | null;
}

const lookEveryMs = 1_000;
const passing = new Set(['activating', 'deactivating', 'reloading', 'refreshing']);

/** A restart goes on in systemd when the client that asked for it is gone: a passing state is waited out. */
async function settledStatus(options: SystemdOptions, runner: Runner): Promise<UnitStatus | null> {
  for (;;) {
    let answer = await runner.run(systemdStatusArgv(options, false));
    if (answer.code !== 0) answer = await runner.run(systemdStatusArgv(options, true));
    if (answer.code !== 0) return null;
    const status = readSystemdStatus(answer.stdout);
    if (status === null || !passing.has(status.state)) return status;
    await runner.pause(lookEveryMs);
  }
}

/** Reads `Name=value` lines: systemd prints properties in an order of its own, so `--value` would not tell them apart. */
export function readSystemdStatus(text: string): UnitStatus | null {
  const values = new Map(
    text.split('\n').map((line) => [line.split('=', 1)[0] ?? '', line.split('=').slice(1).join('=')]),
  );
  const state = values.get('ActiveState')?.trim();
  if (state === undefined || state === '') return null;
  return { state, start: readTimestamp(values.get('ActiveEnterTimestamp')?.trim() ?? '') };
}

function readTimestamp(text: string): StartTime | null {
  const [, unix] = /^@(\d{1,12})$/.exec(text) ?? [];
  if (unix !== undefined) return { at: Number(unix) * 1_000, resolutionMs: 1_000 };
  const [, date, time] = /^(?:[A-Z][a-z]{2} )?(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.\d+)? UTC$/.exec(text) ?? [];
  const at = Date.parse(`${date}T${time}Z`);
  return Number.isNaN(at) ? null : { at, resolutionMs: 1_000 };
}
