import fc from 'fast-check';
import { expect, test } from 'vitest';
import { noteFromJson, noteToJson } from '../../src/runtime/note.ts';

const machine = 'door@1';
const state = fc.constantFrom(machine, `${machine}.open`, `${machine}.lock.turned`, 'bolt', 'door@10.open');
const type = fc.constantFrom('pushed', '', 'xstate.after.patience.door@1.open', 'pulled');
const transition = fc.tuple(state, type, fc.nat(3)).map((parts) => parts.join('|'));

test('a note comes back from the journal as it was, names of transitions included', () => {
  fc.assert(
    fc.property(type, fc.array(transition), fc.boolean(), (event, transitions, decided) => {
      const decisions = decided ? [{ what: 'waited', because: 'it is locked' }] : [];
      const note = { event: { type: event, at: 5 }, transitions, decisions };

      expect(noteFromJson(JSON.parse(JSON.stringify(noteToJson(note, machine))), machine)).toEqual(note);
    }),
  );
});

test('what the entry says already is not said twice', () => {
  const note = { event: { type: 'pushed' }, transitions: ['door@1.open|pushed|0', 'door@1.open||1'], decisions: [] };

  expect(noteToJson(note, machine)).toEqual({ event: { type: 'pushed' }, via: ['.open|0', '.open||1'] });
});
