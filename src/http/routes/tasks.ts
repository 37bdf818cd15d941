/** Tasks: what a person asks of a plugin beside its runs. 202 says that the task is recorded; `GET tasks` tells its end. */
import { z } from 'zod';
import type { Task } from '../../../machines/task.ts';
import { CodedError } from '../../core/errors.ts';
import { problemSchema, requesterSchema } from '../api.ts';
import type { App, AppOptions } from '../app-options.ts';
import { viewOf } from '../look-up.ts';
import { taskListSchema } from '../plugin-api.ts';
import { requestTask } from '../request-task.ts';

const accepted = z.object({ accepted: z.literal(true), task: z.string() });
const params = z.object({ id: z.string() });
const taskParams = params.extend({ task: z.string().min(1).max(64) });
const response = {
  202: accepted,
  400: problemSchema,
  404: problemSchema,
  409: problemSchema,
  429: problemSchema,
};
const by = requesterSchema;
const name = z.string().min(1).max(200);
const refs = z
  .array(z.strictObject({ type: z.string().min(1).max(100), key: name }))
  .min(1)
  .max(200);
const base = '/api/v1/integrations/:id';

const bodies = {
  plain: z.strictObject({ by }),
  entity: z.strictObject({ kind: z.string().min(1).max(100), key: name, by }),
  retry: z.strictObject({ refs: z.union([z.literal('all'), refs]), by }),
  drop: z.strictObject({ refs, by }),
};

export function taskRoutes(app: App, options: AppOptions): void {
  const add = <Body extends z.ZodType<{ by: string }>>(route: {
    readonly path: string;
    readonly summary: string;
    readonly body: Body;
    readonly task: (body: z.infer<Body>) => Task;
  }) =>
    app.post(
      `${base}/${route.path}`,
      { schema: { summary: route.summary, params, body: route.body, response } },
      (request, reply) => {
        reply.code(202);
        const body = request.body as z.infer<Body>; // parsed by that very schema
        return requestTask(options, request.params.id, route.task(body), body.by);
      },
    );

  add({
    path: 'entities',
    summary: 'Synchronize one record of the source now',
    body: bodies.entity,
    task: ({ kind, key }) => ({ kind: 'entity', of: kind, key }),
  });
  add({
    path: 'rejected/retry',
    summary: 'Try rejected records again',
    body: bodies.retry,
    task: (body) => ({ kind: 'retry-rejected', refs: body.refs }),
  });
  add({
    path: 'rejected/drop',
    summary: 'Forget rejected records until a run meets them again',
    body: bodies.drop,
    task: (body) => ({ kind: 'drop-rejected', refs: body.refs }),
  });
  const plain = (path: string, summary: string, kind: 'rebuild-index' | 'verify' | 'take-over-run') =>
    add({ path, summary, body: bodies.plain, task: () => ({ kind }) });
  plain('index/rebuild', 'Rebuild the entity index from the target', 'rebuild-index');
  plain('verify', 'Prove both sides equal by content', 'verify');
  plain('runs/takeover', 'Free the lease of a run whose owner does not end it', 'take-over-run');

  const list = { summary: 'Tasks, newest first', params, response: { 200: taskListSchema, 404: problemSchema } };
  app.get(`${base}/tasks`, { schema: list }, async (request) => ({ tasks: viewOf(options, request.params.id).tasks }));

  const cancel = { summary: 'Cancel a task', params: taskParams, response };
  app.delete(`${base}/tasks/:task`, { schema: cancel }, async (request, reply) => {
    const { id, task } = request.params;
    requireOpen(options, id, task);
    await options.runtime.send(id, {
      type: 'task.cancelled',
      at: options.clock.now(),
      id: task,
      requestedBy: 'operator',
    });
    return reply.code(202).send({ accepted: true, task });
  });
}

function requireOpen(options: AppOptions, integration: string, id: string): void {
  const found = viewOf(options, integration).tasks.find((task) => task.id === id);
  if (found?.status === 'waiting' || found?.status === 'working') return;
  throw new CodedError(found ? 'SW_NOT_NOW' : 'SW_NOT_FOUND', {
    doing: `cancelling a task of "${integration}"`,
    expected: 'one that waits or is under way',
    found: found ? `that it is ${found.status}` : id,
    todo: 'See the list of tasks',
  });
}
