/**
 * The machine that is measured: a cold room with its door and its evaporator, 20 states in three parallel regions.
 *
 * It keeps to the durable profile, and runs as it is in XState too, so that both are measured on the same machine. Time
 * comes from the events only, so that the same events lead to the same states in both.
 */
import { assign, fromPromise, setup } from 'xstate';
import type { Reading, RoomContext, RoomEvent, RoomInput } from './room.ts';

const room = setup({
  types: { context: {} as RoomContext, events: {} as RoomEvent, input: {} as RoomInput },
  actors: {
    /** What XState runs; under the runtime an executor of the same name answers the same. */
    defrost: fromPromise<{ litres: number }, { room: string }>(async () => ({ litres: 2 })),
  },
  // Far longer than a measurement: timers are set and cancelled under load, none of them fires into it.
  delays: { warmLimit: 1_800_000, alarmLimit: 900_000, doorLimit: 900_000, dripTime: 600_000, restTime: 3_600_000 },
  guards: {
    isRepeated: ({ context }, { serial }: Reading) => serial <= context.latest.serial,
    isWarm: ({ context }, { celsius }: Reading) => celsius > context.limits.celsiusMax,
    isCold: ({ context }, { celsius }: Reading) => celsius < context.limits.celsiusMin,
    isHot: ({ context }, { celsius }: Reading) => celsius > context.limits.celsiusMax + 3,
    isSteady: ({ context }, { celsius }: Reading) =>
      celsius <= context.limits.celsiusMax && celsius >= context.limits.celsiusMin,
  },
  actions: {
    keepReading: assign(({ context }, { type: _, ...latest }: Reading) => ({
      latest,
      counts: { ...context.counts, readings: context.counts.readings + 1 },
    })),
    countAlarm: assign(({ context }) => ({ counts: { ...context.counts, alarms: context.counts.alarms + 1 } })),
    keepAcknowledgement: assign((_, { by }: { by: string }) => ({ acknowledgedBy: by })),
    keepOpening: assign(({ context }, { at, badge }: { at: number; badge: string }) => ({
      door: { openedAt: at, badge },
      counts: { ...context.counts, openings: context.counts.openings + 1 },
    })),
    forgetOpening: assign({ door: { openedAt: null, badge: null } }),
    keepRequest: assign(({ context }, { by }: { by: string }) => ({ frost: { ...context.frost, requestedBy: by } })),
    keepDefrost: assign(({ context }, { litres }: { litres: number }) => ({
      frost: { litres: context.frost.litres + litres, cycles: context.frost.cycles + 1, requestedBy: null },
    })),
  },
});

const params = ({ event }: { event: Reading }): Reading => event;
const kept = { type: 'keepReading', params } as const;
const repeated = { guard: { type: 'isRepeated', params } } as const;
const toSteady = { guard: { type: 'isSteady', params }, target: '#bench@1.climate.steady', actions: kept } as const;

const climate = room.createStateConfig({
  initial: 'unknown',
  states: {
    unknown: { on: { 'reading.taken': { target: 'steady', actions: kept } } },
    steady: {
      on: {
        'reading.taken': [
          repeated,
          { guard: { type: 'isWarm', params }, target: 'cooling', actions: kept },
          { guard: { type: 'isCold', params }, target: 'overcooled', actions: kept },
          { actions: kept },
        ],
      },
    },
    cooling: {
      on: {
        'reading.taken': [
          repeated,
          { guard: { type: 'isHot', params }, target: 'alarming', actions: [kept, 'countAlarm'] },
          toSteady,
          { actions: kept },
        ],
      },
      after: { warmLimit: { target: 'alarming', actions: 'countAlarm' } },
    },
    overcooled: { on: { 'reading.taken': [repeated, toSteady, { actions: kept }] } },
    alarming: {
      initial: 'raised',
      on: { 'reading.taken': [repeated, toSteady, { actions: kept }] },
      states: {
        raised: {
          on: {
            'alarm.acknowledged': {
              target: 'acknowledged',
              actions: { type: 'keepAcknowledgement', params: ({ event }) => event },
            },
          },
          after: { alarmLimit: 'escalated' },
        },
        acknowledged: {},
        escalated: {},
      },
    },
  },
});

const door = room.createStateConfig({
  initial: 'closed',
  states: {
    closed: {
      on: { 'door.opened': { target: 'open', actions: { type: 'keepOpening', params: ({ event }) => event } } },
    },
    open: {
      on: { 'door.closed': { target: 'closed', actions: 'forgetOpening' } },
      after: { doorLimit: 'ajar' },
    },
    ajar: { on: { 'door.closed': { target: 'closed', actions: 'forgetOpening' } } },
  },
});

const evaporator = room.createStateConfig({
  initial: 'idle',
  states: {
    idle: {
      on: {
        'defrost.requested': {
          target: 'defrosting',
          actions: { type: 'keepRequest', params: ({ event }) => event },
        },
      },
    },
    defrosting: {
      invoke: {
        id: 'defrost',
        src: 'defrost',
        input: ({ context }) => ({ room: context.room }),
        onDone: { target: 'dripping', actions: { type: 'keepDefrost', params: ({ event }) => event.output } },
        onError: 'failed',
      },
    },
    // A request ends the pause: the load must not run dry because a timer is long.
    dripping: { on: { 'defrost.requested': 'idle' }, after: { dripTime: 'resting' } },
    resting: { on: { 'defrost.requested': 'idle' }, after: { restTime: 'idle' } },
    failed: { after: { restTime: 'defrosting' } },
  },
});

export const roomMachine = room.createMachine({
  id: 'bench@1',
  context: ({ input }) => ({
    room: input.room,
    limits: { celsiusMax: 6, celsiusMin: 2 },
    latest: { at: input.at, serial: 0, celsius: 4, humidity: 60, volts: 3.1 },
    counts: { readings: 0, openings: 0, alarms: 0 },
    door: { openedAt: null, badge: null },
    frost: { litres: 0, cycles: 0, requestedBy: null },
    acknowledgedBy: null,
  }),
  type: 'parallel',
  states: { climate, door, evaporator },
});
