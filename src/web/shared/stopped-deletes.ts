/** How many deletes a guard has stopped: by a dry run since then, or else by what the last proof found too many. */
import type { IntegrationView } from '../../http/api.ts';
import { dryRunViewSchema } from '../../http/plugin-api.ts';

export interface StoppedDeletes {
  /** By entity type; empty while nobody has counted them. */
  readonly types: readonly { readonly type: string; readonly count: number }[];
  /** Null while nobody has counted them: what cannot be stated cannot be approved. */
  readonly count: number | null;
  readonly isEmptySource: boolean;
}

type Stopped = Pick<IntegrationView, 'synchronization' | 'tasks'>;

/** Null while no guard has stopped any. */
export function stoppedDeletes({ synchronization, tasks }: Stopped): StoppedDeletes | null {
  const { status, reason } = synchronization;
  const isEmptySource = reason?.code === 'empty-source';
  if (status !== 'incomplete' || (reason?.code !== 'delete-guard' && !isEmptySource)) return null;
  const types = [...(byDryRun({ synchronization, tasks }) ?? byProof(synchronization))].filter(
    ({ count }) => count > 0,
  );
  const count = types.length === 0 ? null : types.reduce((sum, type) => sum + type.count, 0);
  return { types, count, isEmptySource };
}

function byDryRun({ synchronization, tasks }: Stopped): StoppedDeletes['types'] | null {
  const since = synchronization.lastRun?.endedAt ?? 0;
  const run = tasks.find(
    ({ task, status, startedAt }) =>
      task.kind === 'dry-run' && task.types === null && status === 'done' && (startedAt ?? 0) >= since,
  );
  const parsed = dryRunViewSchema.safeParse(run?.result);
  return parsed.success ? Object.entries(parsed.data.would.delete).map(([type, count]) => ({ type, count })) : null;
}

function byProof({ proof }: IntegrationView['synchronization']): StoppedDeletes['types'] {
  return (proof?.types ?? []).map(({ type, source, target, found }) => ({
    type,
    count: found?.surplus ?? Math.max(0, target.count - source.count),
  }));
}
