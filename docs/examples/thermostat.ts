/** A thermostat that outlives its process: run it, kill it while it heats, run it again. */
import { createRuntime, effect, openEmbeddedStore, systemClock } from 'syncwarden/runtime';
import { setup } from 'xstate';

const thermostat = setup({
  types: { events: {} as { type: 'cold' } | { type: 'warm' } },
  actors: { switchOn: effect<string, { watts: number }>('switchOn') },
  actions: { tell: (_, _params: { text: string }) => {} },
  delays: { patience: 2_000 },
}).createMachine({
  id: 'thermostat@1',
  initial: 'idle',
  states: {
    idle: { on: { cold: 'starting' } },
    starting: {
      invoke: { id: 'heater', src: 'switchOn', input: { watts: 800 }, onDone: 'heating', onError: 'broken' },
    },
    heating: { on: { warm: 'idle' }, after: { patience: 'tooLong' } },
    tooLong: { entry: { type: 'tell', params: { text: 'Is a window open?' } }, on: { warm: 'idle' } },
    broken: { entry: { type: 'tell', params: { text: 'The heater does not answer.' } } },
  },
});

const runtime = await createRuntime({
  machines: [thermostat],
  executors: {
    switchOn: {
      retry: { attemptsMax: 5, delayMs: 500 },
      run: async ({ input, idempotencyKey }) => {
        console.log(`The heater gets ${input.watts} W, once for ${idempotencyKey}.`);
        return 'on';
      },
    },
  },
  actions: { tell: async ({ params }) => console.log(params.text) },
  store: await openEmbeddedStore({ directory: process.argv[2] ?? 'thermostat', clock: systemClock }),
});

await runtime.start(thermostat, 'hall'); // does nothing when it is there already
if (runtime.snapshot('hall')?.matches('idle')) await runtime.send('hall', { type: 'cold' });
await runtime.waitFor('hall', (hall) => !hall.matches('starting'));
console.log(`The hall is ${runtime.snapshot('hall')?.value}.`);
await runtime.waitFor('hall', 'tooLong', { limitMs: 10_000 });
await runtime.close();
